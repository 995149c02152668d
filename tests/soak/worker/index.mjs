// The example's Worker as it is, and beside it the same POST by a bare `fetch`, to be measured against.
import shop from "../../../www-example/worker/src/index.ts";

// The package keeps its memory to itself: it is seen where the module is made, which is at the first call.
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    memory = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
  }
};

async function bare(request, env) {
  try {
    const { payment_link } = await request.json();
    const answer = await fetch(`${env.QONTO_BASE_URL}/v2/payment_links`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${env.QONTO_TOKEN}`,
        "X-Qonto-Idempotency-Key": request.headers.get("X-Qonto-Idempotency-Key"),
      },
      body: JSON.stringify({ payment_link }),
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
    return Response.json(await answer.json(), { status: answer.status });
  } catch {
    return Response.json(null, { status: 502 });
  }
}

function collect() {
  gc();
  return Response.json({ module: memory?.buffer.byteLength ?? 0 });
}

export default {
  fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/collect":
        return collect();
      case "/bare":
        return bare(request, env);
      default:
        return shop.fetch(request, env);
    }
  },
};
