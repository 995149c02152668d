#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| qonto_payment_links_fuzz::basket::run(bytes));
