//! The live basket at the boundary: each change and each question is one crossing, and all go through one
//! export, for each has its price in bytes. `pkg-template/src/basket.ts` has the same numbers.
//!
//! | number | is | gives |
//! |---|---|---|
//! | 0 | the item packed in the first `length` bytes put at `index`, or behind all | its slot |
//! | 1 | the item at `index` removed | the slot it had |
//! | 2 | the slot of the item at `index` | the slot |
//! | 3 | the slots of all items in order, u32 each (little-endian) | the length |
//! | 4 | the gross total as ASCII | the length, 0 where there is none |
//! | 5 | a report with the totals alone | the length |
//! | 6 | a report with the issues | the length |
//! | 7 | a report whose totals are those of the line at `index` | the length |
//! | 8 | the payload packed in the first `length` bytes put around the items | 0 |
//! | 9 | all items removed | 0 |
//!
//! What cannot be gives [`u32::MAX`]. What has a length stands at the start of the packet.

use wasm_bindgen::prelude::wasm_bindgen;

use super::Packet;
use crate::basket::Basket;
use crate::decimal;

/// A basket whose items change.
#[wasm_bindgen]
pub struct LiveBasket {
    basket: Basket,
    /// Where a gross total is written before it is handed over.
    text: String,
}

#[wasm_bindgen]
impl LiveBasket {
    /// Learns the text of `length` bytes at `place` as a word: its number is how many there were.
    pub fn learn(&mut self, packet: &Packet, place: usize, length: usize) {
        self.basket.learn(packet.text(place, length));
    }

    /// A basket without items, of the options and payload packed in the first `length` bytes; nothing when
    /// an option is misused: `Packet.validate` says what is wrong.
    pub fn create(packet: &Packet, length: usize) -> Option<LiveBasket> {
        let basket = Basket::new(packet.packed(length)).ok()?;
        Some(LiveBasket { basket, text: String::new() })
    }

    /// Does what a number of the table says.
    pub fn ask(&mut self, packet: &mut Packet, what: u32, index: usize, length: usize) -> u32 {
        let slot = match what {
            0 => self.basket.put(index, packet.packed(length)),
            1 => self.basket.remove(index),
            2 => self.basket.slot(index),
            3 => {
                let mut bytes = Vec::new();
                for slot in &self.basket.slots() {
                    bytes.extend_from_slice(&slot.to_le_bytes());
                }
                u32::try_from(packet.write(&bytes)).ok()
            }
            4 => {
                self.text.clear();
                if let Some(gross) = self.basket.gross() {
                    decimal::write(gross.into(), &mut self.text);
                }
                u32::try_from(packet.write(self.text.as_bytes())).ok()
            }
            5 | 7 => {
                let totals = if what == 5 { self.basket.totals() } else { self.basket.line(index) };
                u32::try_from(packet.totals(totals)).ok()
            }
            6 => {
                let length = packet.report.report(&self.basket.issues());
                u32::try_from(length).ok()
            }
            8 => {
                self.basket.set_payload(packet.packed(length));
                Some(0)
            }
            _ => {
                self.basket.clear();
                Some(0)
            }
        };
        slot.unwrap_or(u32::MAX)
    }
}
