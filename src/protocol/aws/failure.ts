/**
 * The input's bytes do not make the operation's input: malformed JSON, CBOR or XML, a wrong type, bad base64.
 * Each wire names it in its own way.
 */
export class MalformedInput extends Error {
  override readonly name = 'MalformedInput'
}
