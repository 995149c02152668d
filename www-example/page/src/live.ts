// The live basket: follows the form change by change, so that a keystroke costs the same in a long basket.

import { Basket, type BasketPayload, type Rounding } from "qonto-payment-links";

let basket: Basket | undefined;
/** What the basket stands for: its rule and what is around the items, and each item, as text. */
let around = "";
let items: string[] = [];

/** The basket of a payload: the one there is, with the items changed that are others now. */
export function follow(payload: BasketPayload, rounding: Rounding): Basket {
  const now = payload.items.map((item) => JSON.stringify(item));
  const aroundNow = JSON.stringify([rounding, { ...payload, items: [] }]);
  if (basket === undefined || around !== aroundNow) {
    basket?.dispose();
    basket = new Basket(payload, { rounding, lines: true });
  } else {
    for (let i = 0; items.length > now.length; ) {
      if (items[i] === now[i]) i++;
      else {
        basket.remove(i);
        items.splice(i, 1);
      }
    }
    for (const [index, item] of payload.items.entries()) {
      if (index >= items.length) basket.add(item);
      else if (items[index] !== now[index]) basket.set(index, item);
    }
  }
  around = aroundNow;
  items = now;
  return basket;
}
