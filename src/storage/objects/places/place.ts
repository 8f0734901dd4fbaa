import { ObjectErrors } from '../errors.ts'
import type { S3Place } from '../s3/index.ts'

/** Where the bytes of a tier lie. */
export type Place =
  | { readonly kind: 'folder'; readonly path: string }
  | ({ readonly kind: 's3' } & S3Place)

/** How an S3 is reached, where the place itself does not tell. */
export interface S3Access {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
}

const s3Form = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/

/** `s3://bucket/prefix`, or the path of a folder. Error: `PlaceUnusable`. */
export function parsePlace(text: string, access: S3Access = {}): Place {
  if (!text.startsWith('s3:')) return { kind: 'folder', path: text }
  const found = s3Form.exec(text)
  if (!found) throw ObjectErrors.PlaceUnusable(`'${text}' is not of the form s3://bucket/prefix`)
  const prefix = (found[2] ?? '').replace(/\/+$/, '')
  const { accessKeyId, secretAccessKey } = access
  return {
    kind: 's3',
    bucket: found[1]!,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint: access.endpoint,
    region: access.region ?? 'us-east-1',
    ...(accessKeyId !== undefined && secretAccessKey !== undefined
      ? { credentials: { accessKeyId, secretAccessKey } }
      : {}),
  }
}

/** For people: never with a key. */
export function describePlace(place: Place): string {
  if (place.kind === 'folder') return place.path
  const at = place.endpoint === undefined ? '' : ` at ${place.endpoint}`
  return `s3://${place.bucket}/${place.prefix}${at}`
}
