// What came of it: the link with its QR code, or the error in words.

import type { PaymentLink, PaymentLinkError } from "qonto-payment-links";
import { asProse, copyOf, find } from "./dom.ts";
import { money } from "./format.ts";
import { qrCode } from "./qr.ts";
import { wordsFor } from "./words.ts";

const outcome = find("#outcome");

/** The title of a link, and a remark about its amount where there is one. */
export interface About {
  title: string;
  remark?: string;
  /** Nobody should be sent there: no QR code, nothing to copy. */
  doubtful?: boolean;
}

export function showLink(link: PaymentLink, about: About, onAgain: () => void): void {
  const panel = copyOf("#created");
  const url = find<HTMLInputElement>(".url", panel);
  const copy = find<HTMLButtonElement>(".copy", panel);
  const note = find(".note", panel);

  panel.classList.toggle("doubtful", about.doubtful ?? false);
  copy.hidden = about.doubtful ?? false;
  find("h3", panel).textContent = about.title;
  find(".amount", panel).textContent = money(link.amount);
  note.append(...asProse(about.remark ?? ""));
  if (about.doubtful) find(".qr", panel).remove();
  else find(".qr", panel).append(qrCode(link.url, "QR code of the payment link"));
  url.value = link.url;
  url.addEventListener("focus", () => url.select());
  find<HTMLAnchorElement>(".open", panel).href = link.url;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      copy.textContent = "Copied";
    } catch {
      // The browser forbids it: the text stands selected, ready for the keyboard.
      url.select();
    }
  });
  find(".again", panel).addEventListener("click", onAgain);
  show(panel);
}

export function showError(error: PaymentLinkError): void {
  const panel = copyOf("#failed");
  const { title, advice } = wordsFor(error);
  const maybe = find(".maybe", panel);

  panel.dataset.code = error.code;
  find("h3", panel).textContent = title;
  find(".advice", panel).textContent = advice;
  if (error.maybeCreated) {
    maybe.textContent = "The link may exist all the same: look at the payment links in Qonto before you try again.";
  }
  show(panel);
}

function show(panel: HTMLElement): void {
  outcome.replaceChildren(panel);
  panel.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

/** Says that a link that is shown is not of the basket as it is now. */
export function markStale(stale: boolean): void {
  for (const note of outcome.querySelectorAll<HTMLElement>(".stale")) note.hidden = !stale;
  for (const again of outcome.querySelectorAll<HTMLElement>(".again")) again.hidden = stale;
}

export function clearOutcome(): void {
  outcome.replaceChildren();
}
