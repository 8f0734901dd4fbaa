/** Why a record cannot be converted. */
export interface BadRecord {
  readonly code:
    | 'DataFormatConversion.ParseError'
    | 'DataFormatConversion.MalformedData'
    | 'DataFormatConversion.InvalidSchema'
  readonly message: string
}

/** Of one that is no JSON, or not whole. */
export function malformedRecord(why: string): BadRecord {
  return {
    code: 'DataFormatConversion.ParseError',
    message: `Encountered malformed JSON. ${why}`,
  }
}
