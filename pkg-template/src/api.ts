// The public functions: each hands its payload over in one crossing and gives the answer its shape.
// What they do is documented in index.d.ts, and decided in Rust.
import type {
  BasketTotals, CreateOptions, Issue, LineTotals, PaymentLink, PaymentLinkErrorData, Preview,
  PreviewOptions, RateTotals, Rounding, Token, Totals, TotalsOptions, Validation,
} from "../index";
import { PaymentLinkError } from "./error";
import { instance, notSerializable } from "./instance";
import { type Packer, withPacker } from "./pack";

export { isPaymentLinkError, PaymentLinkError } from "./error";
export { init } from "./instance";
export { issueCodes } from "./issue-codes";
export { isWebhookError, signWebhook, verifyWebhook, WebhookError } from "./webhook";

export function previewTotals(payload: unknown, options?: PreviewOptions): Preview {
  return withPacker((packer) => {
    const count = checked(packer, packer.packet.preview(packer.pack(payload, options)));
    return { totals: totals(packer.packet.text()), issues: issues(packer, count) };
  });
}

export function validatePayload(payload: unknown, options?: TotalsOptions): Validation {
  return withPacker((packer) => {
    const count = checked(packer, packer.packet.validate(packer.pack(payload, options)));
    return { valid: packer.packet.valid(), issues: issues(packer, count) };
  });
}

/** What `Packet.create` resolves with. */
type Outcome =
  | { link: PaymentLink }
  | { misuse: string }
  | { failure: PaymentLinkErrorData; cause?: unknown; status?: number };

export async function createPaymentLink(
  token: Token,
  payload: unknown,
  options?: CreateOptions,
): Promise<PaymentLink> {
  const outcome: Outcome = await send(token, payload, options);
  if ("link" in outcome) return outcome.link;
  if ("misuse" in outcome) throw new TypeError(outcome.misuse);
  const { failure, status, cause } = outcome;
  throw new PaymentLinkError({ ...failure, ...(status !== undefined && { status }) }, { cause });
}

/** The options that Rust reads one by one, in its order. */
const CREATE_OPTIONS = [
  "baseUrl", "stagingToken", "idempotencyKey", "signal", "timeoutMs", "retries", "fetch", "headers", "amountCheck",
  "onResponse",
] as const;

/** Makes the payload a text once; what that text says is validated, and that text is sent. */
function send(token: Token, payload: unknown, options: CreateOptions | undefined): Promise<Outcome> | Outcome {
  instance();
  let text: string | undefined;
  let data: unknown;
  try {
    const wrapped = typeof payload === "object" && payload !== null && Object.hasOwn(payload, "payment_link");
    text = JSON.stringify(wrapped ? (payload as { payment_link: unknown }).payment_link : payload);
    data = text === undefined ? undefined : JSON.parse(text);
  } catch {
    return notSerializable() as Outcome;
  }
  return withPacker((packer) => {
    const length = packer.pack(data, options);
    const values = CREATE_OPTIONS.map((name) => options?.[name]);
    return packer.packet.create(length, token, text ?? "", values) as Promise<Outcome>;
  });
}

/** The number of issues; a misused option throws. */
function checked(packer: Packer, count: number): number {
  if (count < 0) throw new TypeError(packer.packet.text());
  return count;
}

function issues(packer: Packer, count: number): Issue[] {
  return count === 0 ? [] : (JSON.parse(packer.packet.issues()) as Issue[]);
}

/** Reads totals from the words that src/totals.rs writes. */
function totals(text: string): Totals | null {
  if (text === "") return null;
  const words = text.split(" ");
  if (words.length === 2) return { currency: words[0]!, gross: words[1]! };
  const rates = Number(words[5]);
  const byRate: RateTotals[] = [];
  let at = 6;
  for (let i = 0; i < rates; i++, at += 4) {
    byRate.push({ vatRate: words[at]!, net: words[at + 1]!, vat: words[at + 2]!, gross: words[at + 3]! });
  }
  const [currency, rounding, net, vat, gross] = words as [string, Rounding, string, string, string];
  const result: BasketTotals = { currency, net, vat, gross, rounding, byRate };
  if (at < words.length) {
    const lines: LineTotals[] = (result.lines = []);
    for (; at < words.length; at += 3) lines.push({ net: words[at]!, vat: words[at + 1]!, gross: words[at + 2]! });
  }
  return result;
}
