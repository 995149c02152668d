// The whole shop for a test: the built page and the Worker in the real runtime, in front of the stand-in.

import { once } from "node:events";
import { createServer } from "node:net";
import { startStandIn } from "../stand-in/server.mjs";
import { startWorker } from "../worker/dev-server.mjs";

/** With characters that a file of variables may not keep. */
export const TOKEN = "secret.$HOME-#token";

/** @param {Record<string, string>} [secrets] in place of, or beside, the usual ones */
export async function startShop(secrets) {
  const standIn = await startStandIn({ token: TOKEN });
  const worker = await startWorker({
    port: await freePort(),
    secrets: { QONTO_TOKEN: TOKEN, QONTO_BASE_URL: standIn.url, ...secrets },
  }).catch(async (error) => {
    await standIn.close();
    throw error;
  });

  const control = async (method, what, body) => {
    const answer = await fetch(`${standIn.url}/_stand-in/${what}`, { method, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  return {
    url: worker.url,
    output: worker.output,
    /** What the stand-in does instead of what it should: `{ mode, times?, ... }`. */
    misbehave: (behaviour) => control("PUT", "behaviour", behaviour),
    /** The requests for a link that reached the stand-in since the last `reset`. */
    requests: async () => (await control("GET", "requests")).requests,
    links: async () => (await control("GET", "links")).payment_links,
    reset: () => Promise.all([control("DELETE", "behaviour"), control("DELETE", "requests")]),
    stop: async () => {
      await worker.stop();
      await standIn.close();
    },
  };
}

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
