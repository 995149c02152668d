//! What the calls of the API say in English: every text stands here once.
//!
//! The module does not carry the texts. In it each is a control character, which no JSON has in it as it stands, and
//! one more, for which `pkg-template/src/said-table.ts`, made from this table, has the text: so they weigh
//! nothing in WebAssembly, and are here all the same.

macro_rules! texts {
    ($($name:ident = $mark:literal, $text:literal;)+) => {
        $(
            #[cfg(target_arch = "wasm32")]
            pub(super) const $name: &str = $mark;
            #[cfg(not(target_arch = "wasm32"))]
            pub(super) const $name: &str = $text;
        )+

        /// Every text, and the two characters it is in the module; in the order of the second.
        #[cfg(not(target_arch = "wasm32"))]
        pub const TEXTS: &[(&str, &str)] = &[$(($mark, $text)),+];
    };
}

texts! {
    ROUNDED_BY_LINE = "\u{1}0", "it is rounded by the rule `line`";
    ROUNDED_BY_RATE = "\u{1}1", "it is rounded by the rule `rate`";
    ROUNDED_BY_TOTAL = "\u{1}2", "it is rounded by the rule `total`";
    ROUNDED_BY_UNIT = "\u{1}3", "it is rounded by the rule `unit`";
    PERCENT_AS_FRACTION = "\u{1}4", "the VAT rate, a percentage, was read as a fraction";
    FRACTION_AS_PERCENT = "\u{1}5", "the VAT rate, a fraction, was read as a percentage";
    WITHOUT_VAT = "\u{1}6", "it is without VAT";
    QUANTITY_IGNORED = "\u{1}7", "each quantity was taken for 1";
    PRICE_IGNORED = "\u{1}8", "the unit prices were ignored";
    EXPECTED_AMOUNT = "\u{1}9", "expected the amount `";
    LINK_EXISTS = "\u{1}:", "`; the link exists and must not be paid";
    NO_USABLE = "\u{1};", "an answer without a usable ";
    PART = "\u{1}<", "a part of it; see `cause`";
    NOT_UTF8 = "\u{1}=", "bytes that are not UTF-8";
    SANDBOX_PAGE = "\u{1}>", "a web page: the sandbox shows one when `stagingToken` is missing or wrong";
    WEB_PAGE = "\u{1}?", "a web page; check `baseUrl`";
    NOT_JSON = "\u{1}@", "a text that is not JSON";
    EMPTY = "\u{1}A", "an empty answer";
    TOO_LARGE = "\u{1}B", "more than 1 MiB";
    LOOK = "\u{1}C", "; look whether it was created before creating it again";
    LINKS = "\u{1}D", "a page of payment links";
    PAYMENTS = "\u{1}E", "a page of payments";
    METHODS = "\u{1}F", "the payment methods";
    NOT_CONNECTED = "\u{1}G", "the account has not connected payment links; connect it in Qonto first";
    API_KEY = "\u{1}H", "an API key was sent; payment links take an OAuth access token";
    TOKEN_REFUSED = "\u{1}I", "the access token was refused; get a fresh OAuth token (they live one hour)";
    SCOPE_READ = "\u{1}J", "the token may not do this; it needs the scope `payment_link.read`";
    SCOPE_WRITE = "\u{1}K", "the token may not do this; it needs the scope `payment_link.write`";
    NOT_FOUND = "\u{1}L", "there is no such link or endpoint here; check the id, `baseUrl`, and that the account has the feature";
    TOO_MANY = "\u{1}M", "too many requests; wait before trying again";
    REFUSED = "\u{1}N", "the API refused the request";
    FAILED = "\u{1}O", "the API failed";
    REDIRECT = "\u{1}P", "the answer is a redirect or no HTTP answer at all, and redirects are not followed; check `baseUrl`";
    IT_SAYS = "\u{1}Q", "; it says: ";
    THE_DATA_HAS = "\u{1}R", "the data has ";
    ONE_ERROR = "\u{1}S", " error and was not sent";
    ERRORS = "\u{1}T", " errors and was not sent";
    NO_ID = "\u{1}U", "expected the id of a payment link, received another value";
    IN_BROWSER = "\u{1}V", "qonto-payment-links: this page sends an access token to Qonto itself, and whoever opens the page can read it; keep the token in a Worker or server and call with null and its `baseUrl`, or set `allowTokenInBrowser: true` if that is meant";
    NO_TOKEN = "\u{1}W", "expected the function that gives the token to give a string, received type `";
    MISSING = "\u{1}X", "this runtime has no `";
    TIMEOUT = "\u{1}Y", "the time was up";
    ABORTED = "\u{1}Z", "the caller aborted the call";
    TOKEN_FAILED = "\u{1}[", "the function that gives the token failed; see `cause`";
    NO_ANSWER = "\u{1}\\", "no answer came; see `cause`";
    DEACTIVATED = "\u{1}]", "; it was deactivated";
    NOT_DEACTIVATED = "\u{1}^", "; deactivating it failed";
    NO_SIGNAL = "\u{1}_", "expected the option `signal` to be an AbortSignal, received another value";
    NO_CRYPTO = "\u{1}`", "expected the option `idempotencyKey`, received none, and this runtime has no `crypto`";
    NULL_TOKEN = "\u{1}a", "expected a token for Qonto's own API, received null; null is for a proxy of your own, named by `baseUrl`";
    TOKEN_TYPE = "\u{1}b", "expected the token to be a string, a function that gives one, or null, received type `";
    OPTION = "\u{1}c", "expected the option `";
    WHOLE_FROM_0 = "\u{1}d", "` to be a whole number from 0 to ";
    WHOLE_FROM_1 = "\u{1}e", "` to be a whole number from 1 to ";
    ANOTHER = "\u{1}f", ", received another";
    NO_URL = "\u{1}g", "expected `baseUrl` to be `production`, `sandbox` or an absolute URL, received `";
    HEADERS = "\u{1}h", "expected the option `headers` to be a plain object of strings, received another value";
    INSECURE = "\u{1}i", "expected `baseUrl` to be https, or http on loopback, received `";
    URL_PARTS = "\u{1}j", "expected `baseUrl` without a user name, password, query or fragment, received one";
    VISIBLE = "\u{1}k", " visible ASCII characters, received ";
    AT_MOST = "\u{1}l", " of at most ";
    AN_EMPTY_TEXT = "\u{1}m", "an empty text";
    ANOTHER_CHARACTER = "\u{1}n", "another character";
    HEADER_NAME = "\u{1}o", "the name of a header, received `";
    OWN_HEADER = "\u{1}p", "headers other than those the call sets itself, received `";
    HEADER_VALUE = "\u{1}q", "printable ASCII, received another character in the header `";
    ANOTHER_VALUE = "\u{1}r", "`, received another value";
    TO_BE = "\u{1}s", "` to be ";
    UP_TO_100 = "\u{1}t", "a whole number from 1 to `100";
    ABOVE_0 = "\u{1}u", "a whole number from `1";
    A_DECIMAL = "\u{1}v", "a decimal such as `10.99";
    A_TEXT = "\u{1}w", "a text such as `open";
}
