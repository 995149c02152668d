// The page: what is typed becomes a payload, the payload its totals and issues, at each keystroke.

import { init } from "qonto-payment-links";
import { find } from "./dom.ts";
import { load, save, seed, toPayload } from "./draft.ts";
import { addFreshRow, endFreshness, fillForm, readForm, removeRow } from "./form.ts";
import { forgetTotal, priceFromTotal } from "./gross.ts";
import { showIssues } from "./issues.ts";
import { basketChanged, createLink } from "./link.ts";
import { follow } from "./live.ts";
import { showRoundings, showTotals } from "./receipt.ts";

const form = find<HTMLFormElement>("#basket");
const WRONG = ":is(input, select, textarea)[data-severity=error], fieldset[data-severity=error] input";

function update(): void {
  const draft = readForm();
  const payload = toPayload(draft);
  const basket = follow(payload, draft.rounding);
  showTotals(basket);
  showRoundings(payload);
  showIssues(basket.issues);
  basketChanged(payload);
  save(draft);
}

form.addEventListener("input", ({ target }) => {
  if (!(target instanceof Element)) return;
  target.removeAttribute("data-fresh");
  const row = target.closest<HTMLElement>(".item");
  if (row) (target.matches(".from-total") ? priceFromTotal : forgetTotal)(row);
  update();
});

form.addEventListener("click", ({ target }) => {
  const row = target instanceof Element && target.closest(".remove")?.closest<HTMLElement>(".item");
  if (!row) return;
  removeRow(row);
  update();
});

// Enter in a field is no order to create a link.
form.addEventListener("submit", (event) => event.preventDefault());

find("#add").addEventListener("click", () => {
  addFreshRow();
  update();
});

find("#reset").addEventListener("click", () => {
  if (!confirm("Replace this basket with the sample basket?")) return;
  fillForm(seed);
  update();
});

find("#create").addEventListener("click", async () => {
  const draft = readForm();
  await createLink(toPayload(draft), draft.rounding, ({ issues }) => {
    endFreshness();
    showIssues(issues ?? []);
    document.querySelector<HTMLElement>(WRONG)?.focus();
  });
  // Somebody may have gone on typing meanwhile.
  basketChanged(toPayload(readForm()));
});

// On a small screen the total stays in sight until the receipt itself is.
new IntersectionObserver(([receipt]) => {
  find("#bar").toggleAttribute("data-hidden", receipt?.isIntersecting ?? false);
}).observe(find("#receipt"));

fillForm(load());
init().then(update);
