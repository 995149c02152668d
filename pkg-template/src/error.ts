// The one error type; what it says is decided in Rust.
import type { PaymentLinkError as PaymentLinkErrorType, PaymentLinkErrorData } from "../index";

const FIELDS = [
  "status", "traceId", "issues", "errors", "retryAfterMs", "expected", "diagnosis", "deactivated", "link",
] as const;

type Data = Record<string, unknown>;

// Made by a call that is marked as pure: a bundler drops it where it is not used.
export const PaymentLinkError = /* @__PURE__ */ (() => {
  class PaymentLinkError extends Error {
    declare readonly code: string;
    declare readonly maybeCreated: boolean;

    constructor(data: Omit<PaymentLinkErrorData, "name">, options?: { cause?: unknown }) {
      super(String(data.message), options?.cause === undefined ? undefined : { cause: options.cause });
      Object.assign(this, { code: data.code, maybeCreated: data.maybeCreated === true });
      for (const field of FIELDS) {
        const value = (data as unknown as Data)[field];
        if (value !== undefined) Object.assign(this, { [field]: value });
      }
    }

    toJSON(): PaymentLinkErrorData {
      const data: Data = { name: this.name, code: this.code, message: this.message };
      const fields = { ...this } as Data;
      for (const field of FIELDS) if (fields[field] !== undefined) data[field] = fields[field];
      data.maybeCreated = this.maybeCreated;
      return data as unknown as PaymentLinkErrorData;
    }
  }

  Object.defineProperty(PaymentLinkError.prototype, "name", { value: "PaymentLinkError", writable: true, configurable: true });
  return PaymentLinkError;
})();

export function isPaymentLinkError(e: unknown): e is PaymentLinkErrorType {
  // By its name and fields, not its class: the package may be loaded twice, as ESM and as CommonJS.
  if (!(e instanceof Error) && Object.prototype.toString.call(e) !== "[object Error]") return false;
  const { name, code, maybeCreated } = e as Partial<PaymentLinkErrorData>;
  return name === "PaymentLinkError" && typeof code === "string" && typeof maybeCreated === "boolean";
}
