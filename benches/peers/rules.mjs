// What the peers know of the API. `speed.mjs` holds the lists to the package's own schema.
//
// The peers check what makes a payload invalid. In their favour they take bare baskets alone, leave out every
// warning and the nearest names of what is unknown, give two decimals to every currency, and are told from ours by some
// corner cases of URLs and of very many digits: `make bench` says of how many.

export const PAYMENT_METHODS = ["credit_card", "apple_pay", "paypal", "ideal"];
export const ITEM_TYPES = ["good", "service"];
export const MEASURE_UNITS = (
  "unit hour day month gram kilogram liter meter square_meter cubic_meter ampere number_of_articles centimeter " +
  "cubic_meter_per_hour gigajoule gigawatt gigawatt_hour half_year joule kilojoule kilovar kilowatt kilowatt_hour " +
  "megajoule megawatt megawatt_hour milligram milliliter millimeter minute pair quarter second set ton two_week " +
  "watt_hour week year"
).split(" ");
export const CURRENCIES = (
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE " +
  "CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ " +
  "GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL " +
  "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR " +
  "PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY " +
  "TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
).split(" ");
/** The largest gross total, either side of zero. */
export const MAX_AMOUNT = "999999999999.99";

export const RATE = /^\d+(\.\d+)?$/;
export const PRICE = /^-?\d+(\.\d{1,2})?$/;
export const HTTP_URL = /^https?:\/\/([^\s/?#@]*@)?(\[[\da-f:.]+\]|[^\s/?#@:[\]]+)(:\d{1,5})?([/?#]\S*)?$/i;

export const isRate = (text) => Number(text) <= 100;
export const haveOneCurrency = (items) => items.every((item) => item.unit_price.currency === items[0].unit_price.currency);
export const areDifferent = (entries) => new Set(entries).size === entries.length;
