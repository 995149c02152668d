// What a type test says: `holds<Equal<A, B>>()` compiles only when both are one type, to the letter.
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export function holds<_T extends true>() {}
