// The public functions: each hands its payload over in one crossing and gives the answer its shape.
// What they do is documented in index.d.ts, and decided in Rust.
import type {
  GrossUnitPrice, PaymentLinkSchema, Preview, PreviewOptions, TotalsOptions, Validation,
} from "../index";
import { withPacker } from "./pack";
import { readPreview, readUnitPrice, readValidation } from "./report";
import { standardSchema } from "./schema";

export { Basket } from "./basket";
export { isPaymentLinkError, PaymentLinkError } from "./error";
export { init } from "./instance";
export {
  connect, createPaymentLink, deactivatePaymentLink, getConnection, getPaymentLink, listPaymentLinks,
  listPaymentMethods, listPayments, recoverPaymentLink,
} from "./links";
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
