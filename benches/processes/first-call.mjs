// What a fresh process needs for the import and for the first call: node first-call.mjs <module> <function>
const { PAYLOAD } = process.env;
const payload = JSON.parse(PAYLOAD);
const begun = performance.now();
const contestant = await import(process.argv[2]);
const imported = performance.now();
const { totals } = contestant[process.argv[3]](payload);
const done = performance.now();
if (totals.gross !== "13.30") throw new Error(`a gross total of ${totals.gross}`);
console.log(JSON.stringify({ imported: imported - begun, called: done - imported }));
