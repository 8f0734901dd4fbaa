/**
 * JSON whose integers may have 64 bits, as identifiers of other systems do: those that a number
 * cannot hold exactly are `bigint`, in both directions. Error: `SyntaxError`.
 */
export function parseBigJson(text: string): unknown {
  return /\d{16}/.test(text) ? JSON.parse(text, reviveInteger as never) : JSON.parse(text)
}

/** As `JSON.stringify`, with `bigint` written as a plain integer. */
export function stringifyBigJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, replaceBigint, indent)
}

function reviveInteger(_key: string, value: unknown, context: { readonly source?: string }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const { source } = context
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
}

const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value
}
