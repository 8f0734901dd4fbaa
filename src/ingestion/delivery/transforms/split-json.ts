const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/**
 * The JSON objects and arrays that stand one after another in some bytes, with or without space between them. Ends with undefined when something else
 * stands there, or one has no end. Only brackets and texts are looked at.
 */
export function* splitJson(data: Uint8Array): Generator<Uint8Array | undefined> {
  let at = skipSpace(data, 0)
  while (at < data.length) {
    const end = endOf(data, at)
    yield end === undefined ? undefined : data.subarray(at, end)
    if (end === undefined) return
    at = skipSpace(data, end)
  }
}

/** Behind the object or array that begins at `start`. */
function endOf(data: Uint8Array, start: number): number | undefined {
  if (data[start] !== openBrace && data[start] !== openBracket) return undefined
  let depth = 0
  for (let at = start; at < data.length; at += 1) {
    const byte = data[at]
    if (byte === quote) {
      at = endOfText(data, at)
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

/** The place of the quote that ends the text; the end of the bytes when none does. */
function endOfText(data: Uint8Array, start: number): number {
  for (let at = start + 1; at < data.length; at += 1) {
    if (data[at] === backslash) at += 1
    else if (data[at] === quote) return at
  }
  return data.length
}

function skipSpace(data: Uint8Array, start: number): number {
  let at = start
  while (at < data.length && isSpace(data[at]!)) at += 1
  return at
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
