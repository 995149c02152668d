// The page behind a link's `url`: what would be paid here, were this Qonto.
import { createHash } from "node:crypto";
import { html } from "./answer.mjs";

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { margin: 0; padding: 2rem 1rem; }
  main { max-width: 34rem; margin: 0 auto; }
  .notice { border-left: .3rem solid #b45309; padding: .5rem 1rem; background: #b453091a; }
  .amount { font-size: 2.25rem; font-weight: 700; margin: 1rem 0; font-variant-numeric: tabular-nums; }
  table { width: 100%; border-collapse: collapse; }
  caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
  th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-top: 1px solid #8886; overflow-wrap: anywhere; }
  .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/**
 * @param {import("./links.mjs").LinkStore} links
 * @param {string} id
 * @returns {import("./answer.mjs").Answer}
 */
export function payPage(links, id) {
  const link = links.get(id);
  if (!link) return page(404, "No such payment link", "<p>Check the address.</p>");

  const { value, currency } = link.amount;
  const redirectUrl = links.request(id)?.payment_link.redirect_url;
  return page(200, `Payment of ${value} ${currency}`, [
    `<p class="amount">${escape(value)} ${escape(currency)}</p>`,
    `<p>Status: ${escape(link.status)}. VAT is included.</p>`,
    link.items ? itemTable(link.items) : invoiceLine(link),
    redirectUrl ? `<p><a href="${escape(redirectUrl)}">Back to the shop</a></p>` : "",
  ].join("\n"));
}

/** @param {Record<string, any>[]} items */
function itemTable(items) {
  const rows = items.map(({ title, quantity, unit_price, vat_rate }) => `<tr>
      <th scope="row">${escape(title)}</th>
      <td class="number">${escape(quantity)}</td>
      <td class="number">${escape(unit_price.value)} ${escape(unit_price.currency)}</td>
      <td class="number">${escape(vat_rate)}</td>
    </tr>`);
  return `<table>
    <caption>Items</caption>
    <thead><tr>
      <th scope="col">Title</th>
      <th scope="col" class="number">Quantity</th>
      <th scope="col" class="number">Unit price, net</th>
      <th scope="col" class="number">VAT rate</th>
    </tr></thead>
    <tbody>${rows.join("")}</tbody>
  </table>`;
}

/** @param {Record<string, any>} link */
function invoiceLine({ invoice_number, debitor_name }) {
  return `<p>Invoice ${escape(invoice_number)} to ${escape(debitor_name)}</p>`;
}

/** @param {number} status @param {string} title @param {string} content */
function page(status, title, content) {
  return html(status, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} (stand-in)</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p class="notice">This page is a local stand-in, not Qonto. Nothing can be paid here.</p>
${content}
</main>
</body>
</html>
`, HEADERS);
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** For text and for attributes in double quotes. @param {unknown} text */
function escape(text) {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
