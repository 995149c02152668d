// The public functions: each hands its payload over in one crossing and gives the answer its shape.
// What they do is documented in index.d.ts, and decided in Rust.
import type {
  CreateOptions, GrossUnitPrice, PaymentLink, PaymentLinkErrorData, PaymentLinkSchema, Preview, PreviewOptions, Token,
  TotalsOptions, Validation,
} from "../index";
import { PaymentLinkError } from "./error";
import { instance, notSerializable } from "./instance";
import { withPacker } from "./pack";
import { readPreview, readUnitPrice, readValidation } from "./report";
import { standardSchema } from "./schema";

export { isPaymentLinkError, PaymentLinkError } from "./error";
export { init } from "./instance";
export { issueCodes } from "./issue-codes";
export { isWebhookError, signWebhook, verifyWebhook, WebhookError } from "./webhook";

export function previewTotals(payload: unknown, options?: PreviewOptions): Preview {
  return withPacker((packer) => {
    const length = packer.packet.preview(packer.pack(payload, options));
    return readPreview(packer.report(length), length);
  });
}

export function validatePayload(payload: unknown, options?: TotalsOptions): Validation {
  return withPacker((packer) => {
    const length = packer.packet.validate(packer.pack(payload, options));
    return readValidation(packer.report(length), length);
  });
}

export function grossUnitPrice(line: unknown, options?: TotalsOptions): GrossUnitPrice {
  return withPacker((packer) => {
    const length = packer.packet.unitPrice(packer.packLine(line, options));
    return readUnitPrice(packer.report(length), length);
  });
}

export const paymentLinkSchema: PaymentLinkSchema = /* @__PURE__ */ standardSchema(validatePayload);

/** What `Packet.create` resolves with. */
type Outcome =
  | { link: PaymentLink }
  | { misuse: string }
  | { failure: PaymentLinkErrorData; report: Uint8Array }
  | { failure: PaymentLinkErrorData; cause?: unknown; status?: number };

export async function createPaymentLink(
  token: Token,
  payload: unknown,
  options?: CreateOptions,
): Promise<PaymentLink> {
  const outcome: Outcome = await send(token, payload, options);
  if ("link" in outcome) return outcome.link;
  if ("misuse" in outcome) throw new TypeError(outcome.misuse);
  if ("report" in outcome) throw invalid(outcome.failure, outcome.report);
  const { failure, status, cause } = outcome;
  throw new PaymentLinkError({ ...failure, ...(status !== undefined && { status }) }, { cause });
}

/** The failure of a payload with errors: `report` holds its issues. */
function invalid(failure: PaymentLinkErrorData, report: Uint8Array): PaymentLinkError {
  // A preview's: totals stand in it where there are any.
  const { issues } = readPreview(report, report.length);
  const first = issues.find(({ severity }) => severity === "error");
  const message = `${failure.message}; the first is at \`${first?.pointer}\`: ${first?.message}`;
  return new PaymentLinkError({ ...failure, message, issues });
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
