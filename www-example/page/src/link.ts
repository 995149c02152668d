// "Create payment link": one request at a time, to the Worker behind this page.

import {
  createPaymentLink, isPaymentLinkError, previewTotals,
  type BasketPayload, type PaymentLink, type PaymentLinkError, type Rounding,
} from "qonto-payment-links";
import { find } from "./dom.ts";
import { money } from "./format.ts";
import { clearOutcome, markStale, showError, showLink } from "./outcome.ts";
import { wordsFor } from "./words.ts";

const button = find<HTMLButtonElement>("#create");
const label = find("#create-label");
const progress = find("#progress");

/** Longer than the Worker waits for Qonto, so that its answer, whatever it is, is heard. */
const TIMEOUT_MS = 45_000;

const CREATE = "Create payment link";

let pending = false;
/** The basket, as text, that the shown link was made of. */
let linked: string | null = null;
/** One key for one basket until it has its link: sent twice, it still makes one. */
let attempt = { basket: "", key: "" };

/** Creates the link and shows it, or what went wrong; `onInvalid` when nothing could be sent. */
export async function createLink(
  payload: BasketPayload,
  rounding: Rounding,
  onInvalid: (error: PaymentLinkError) => void,
): Promise<void> {
  if (pending) return;
  const basket = JSON.stringify(payload);
  if (attempt.basket !== basket) attempt = { basket, key: crypto.randomUUID() };
  setButton("Creating the payment link…", true);
  clearOutcome();
  let next = CREATE;
  try {
    const link = await createPaymentLink(null, payload, {
      baseUrl: new URL("/api", location.href).href,
      idempotencyKey: attempt.key,
      rounding,
      // The Worker does the retrying.
      retries: 0,
      timeoutMs: TIMEOUT_MS,
    });
    shown(basket, link, "Payment link ready", remarkOn(link, payload, rounding));
  } catch (error) {
    if (!isPaymentLinkError(error)) throw error;
    if (error.code === "validation") onInvalid(error);
    else if (error.link) {
      const { title, advice } = wordsFor(error);
      shown(basket, error.link, title, `${sentence(error.message)} ${advice}`, true);
    } else {
      showError(error);
      next = "Try again";
    }
  } finally {
    setButton(next, false);
  }
}

function shown(basket: string, link: PaymentLink, title: string, remark?: string, doubtful = false): void {
  linked = basket;
  attempt = { basket: "", key: "" };
  showLink(link, { title, doubtful, ...(remark && { remark }) }, () => {
    linked = null;
    clearOutcome();
    button.hidden = false;
    button.focus();
  });
  button.hidden = true;
}

/** Tells when Qonto rounds by another rule than the one the receipt shows. */
function remarkOn({ amount }: PaymentLink, payload: BasketPayload, rounding: Rounding): string | undefined {
  const { totals } = previewTotals(payload, { rounding });
  const previewed = totals && money({ value: totals.gross, currency: totals.currency });
  return previewed && previewed !== money(amount)
    ? `The receipt says ${previewed}: Qonto rounds in another place. The customer pays the amount above.`
    : undefined;
}

/** Tells the shown link, and the button, what the basket is now. */
export function basketChanged(payload: BasketPayload): void {
  if (linked === null) return;
  const stale = linked !== JSON.stringify(payload);
  markStale(stale);
  button.hidden = !stale;
}

function setButton(text: string, isPending: boolean): void {
  pending = isPending;
  // Not `disabled`, which would take the focus away from who uses a keyboard.
  button.setAttribute("aria-disabled", String(isPending));
  label.textContent = text;
  progress.textContent = isPending ? text : "";
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
