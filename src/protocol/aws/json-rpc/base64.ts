import { fail } from '../document/read.ts'
import { MalformedInput } from '../failure.ts'

/** Base64 with padding, as strict as AWS is about it. */
export function readBase64(value: unknown): Uint8Array {
  if (typeof value !== 'string') return fail(value, 'a Blob')
  const bytes = Buffer.from(value, 'base64')
  // Node skips what is not base64; the exact length shows that nothing was skipped.
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  if (value.length % 4 !== 0) {
    throw new MalformedInput(
      `'${value}' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
    )
  }
  if (
    bytes.length !== (value.length / 4) * 3 - padding ||
    value.includes('-') ||
    value.includes('_')
  ) {
    const wrong = /[^a-zA-Z0-9+/=]|=(?=[^=])/.exec(value)?.[0] ?? '='
    throw new MalformedInput(
      `'${value}' can not be converted to a Blob: Invalid Base64 character: '${wrong}'`,
    )
  }
  return bytes
}
