/** A bucket and the prefix of the keys under a location, which ends with a slash unless it is empty. */
export interface Location {
  readonly bucket: string
  readonly prefix: string
}

/** `s3://bucket/a/b` as a folder; also `s3a` and `s3n`. Undefined for anything else. */
export function parseLocation(text: string | undefined): Location | undefined {
  const found = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/.exec(text ?? '')
  if (!found) return undefined
  const key = found[2] ?? ''
  return { bucket: found[1]!, prefix: key === '' || key.endsWith('/') ? key : `${key}/` }
}
