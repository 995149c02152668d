//! What the calls of the API say in English: every text stands here once.
//!
//! The module does not carry the texts. In it each is a character of Unicode's private use area, for which
//! `pkg-template/src/said-table.ts`, made from this table, has the text: so they weigh nothing in
//! WebAssembly, and are here all the same.

macro_rules! texts {
    ($($name:ident = $mark:literal, $text:literal;)+) => {
        $(
            #[cfg(target_arch = "wasm32")]
            pub(super) const $name: &str = $mark;
            #[cfg(not(target_arch = "wasm32"))]
            pub(super) const $name: &str = $text;
        )+

        /// Every text, and the character it is in the module; in the order of the characters.
        #[cfg(not(target_arch = "wasm32"))]
        pub const TEXTS: &[(&str, &str)] = &[$(($mark, $text)),+];
    };
}

texts! {
    ROUNDED_BY_LINE = "\u{e000}", "it is rounded by the rule `line`";
    ROUNDED_BY_RATE = "\u{e001}", "it is rounded by the rule `rate`";
    ROUNDED_BY_TOTAL = "\u{e002}", "it is rounded by the rule `total`";
    ROUNDED_BY_UNIT = "\u{e003}", "it is rounded by the rule `unit`";
    PERCENT_AS_FRACTION = "\u{e004}", "the VAT rate, a percentage, was read as a fraction";
    FRACTION_AS_PERCENT = "\u{e005}", "the VAT rate, a fraction, was read as a percentage";
    WITHOUT_VAT = "\u{e006}", "it is without VAT";
    QUANTITY_IGNORED = "\u{e007}", "each quantity was taken for 1";
    PRICE_IGNORED = "\u{e008}", "the unit prices were ignored";
    EXPECTED_AMOUNT = "\u{e009}", "expected the amount `";
    LINK_EXISTS = "\u{e00a}", "`; the link exists and must not be paid";
    NO_USABLE = "\u{e00b}", "an answer without a usable ";
    PART = "\u{e00c}", "a part of it; see `cause`";
    NOT_UTF8 = "\u{e00d}", "bytes that are not UTF-8";
    SANDBOX_PAGE = "\u{e00e}", "a web page: the sandbox shows one when `stagingToken` is missing or wrong";
    WEB_PAGE = "\u{e00f}", "a web page; check `baseUrl`";
    NOT_JSON = "\u{e010}", "a text that is not JSON";
    EMPTY = "\u{e011}", "an empty answer";
    TOO_LARGE = "\u{e012}", "more than 1 MiB";
    LOOK = "\u{e013}", "; look whether it was created before creating it again";
    LINKS = "\u{e014}", "a page of payment links";
    PAYMENTS = "\u{e015}", "a page of payments";
    METHODS = "\u{e016}", "the payment methods";
    NOT_CONNECTED = "\u{e017}", "the account has not connected payment links; connect it in Qonto first";
    API_KEY = "\u{e018}", "an API key was sent; payment links take an OAuth access token";
    TOKEN_REFUSED = "\u{e019}", "the access token was refused; get a fresh OAuth token (they live one hour)";
    SCOPE_READ = "\u{e01a}", "the token may not do this; it needs the scope `payment_link.read`";
    SCOPE_WRITE = "\u{e01b}", "the token may not do this; it needs the scope `payment_link.write`";
    NOT_FOUND = "\u{e01c}", "there is no such link or endpoint here; check the id, `baseUrl`, and that the account has the feature";
    TOO_MANY = "\u{e01d}", "too many requests; wait before trying again";
    REFUSED = "\u{e01e}", "the API refused the request";
    FAILED = "\u{e01f}", "the API failed";
    REDIRECT = "\u{e020}", "the answer is a redirect or no HTTP answer at all, and redirects are not followed; check `baseUrl`";
    IT_SAYS = "\u{e021}", "; it says: ";
    THE_DATA_HAS = "\u{e022}", "the data has ";
    ONE_ERROR = "\u{e023}", " error and was not sent";
    ERRORS = "\u{e024}", " errors and was not sent";
    NO_ID = "\u{e025}", "expected the id of a payment link, received another value";
    IN_BROWSER = "\u{e026}", "qonto-payment-links: this page sends an access token to Qonto itself, and whoever opens the page can read it; keep the token in a Worker or server and call with null and its `baseUrl`, or set `allowTokenInBrowser: true` if that is meant";
    NO_TOKEN = "\u{e027}", "expected the function that gives the token to give a string, received type `";
    MISSING = "\u{e028}", "this runtime has no `";
    TIMEOUT = "\u{e029}", "the time was up";
    ABORTED = "\u{e02a}", "the caller aborted the call";
    TOKEN_FAILED = "\u{e02b}", "the function that gives the token failed; see `cause`";
    NO_ANSWER = "\u{e02c}", "no answer came; see `cause`";
    DEACTIVATED = "\u{e02d}", "; it was deactivated";
    NOT_DEACTIVATED = "\u{e02e}", "; deactivating it failed";
    NO_SIGNAL = "\u{e02f}", "expected the option `signal` to be an AbortSignal, received another value";
    NO_CRYPTO = "\u{e030}", "expected the option `idempotencyKey`, received none, and this runtime has no `crypto`";
    NULL_TOKEN = "\u{e031}", "expected a token for Qonto's own API, received null; null is for a proxy of your own, named by `baseUrl`";
    TOKEN_TYPE = "\u{e032}", "expected the token to be a string, a function that gives one, or null, received type `";
    OPTION = "\u{e033}", "expected the option `";
    WHOLE_FROM_0 = "\u{e034}", "` to be a whole number from 0 to ";
    WHOLE_FROM_1 = "\u{e035}", "` to be a whole number from 1 to ";
    ANOTHER = "\u{e036}", ", received another";
    NO_URL = "\u{e037}", "expected `baseUrl` to be `production`, `sandbox` or an absolute URL, received `";
    HEADERS = "\u{e038}", "expected the option `headers` to be a plain object of strings, received another value";
    INSECURE = "\u{e039}", "expected `baseUrl` to be https, or http on loopback, received `";
    URL_PARTS = "\u{e03a}", "expected `baseUrl` without a user name, password, query or fragment, received one";
    VISIBLE = "\u{e03b}", " visible ASCII characters, received ";
    AT_MOST = "\u{e03c}", " of at most ";
    AN_EMPTY_TEXT = "\u{e03d}", "an empty text";
    ANOTHER_CHARACTER = "\u{e03e}", "another character";
    HEADER_NAME = "\u{e03f}", "the name of a header, received `";
    OWN_HEADER = "\u{e040}", "headers other than those the call sets itself, received `";
    HEADER_VALUE = "\u{e041}", "printable ASCII, received another character in the header `";
    ANOTHER_VALUE = "\u{e042}", "`, received another value";
    TO_BE = "\u{e043}", "` to be ";
    UP_TO_100 = "\u{e044}", "a whole number from 1 to `100";
    ABOVE_0 = "\u{e045}", "a whole number from `1";
    A_DECIMAL = "\u{e046}", "a decimal such as `10.99";
    A_TEXT = "\u{e047}", "a text such as `open";
}
