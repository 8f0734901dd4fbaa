import { s3Error } from './errors.ts'

export interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * Checks a tag set and makes a map of it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html.
 * Errors: `InvalidTag`, `BadRequest` (too many).
 */
export function tagMap(
  tags: readonly Tag[],
  max: number,
  kind: 'Object' | 'Bucket',
): Record<string, string> {
  if (tags.length > max) {
    throw s3Error('BadRequest', 400, `${kind} tags cannot be greater than ${max}`)
  }
  const map = new Map<string, string>()
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (map.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key)
    if (key.length === 0 || key.length > 128 || !allowed.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key)
    }
    if (value.length > 256 || !allowed.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', key, value)
    }
    if (key.startsWith('aws:')) {
      throw invalidTag('System tags cannot be added/updated by requester', key)
    }
    map.set(key, value)
  }
  return Object.fromEntries(map)
}

/** The `x-amz-tagging` header: `a=1&b=2`. Errors: `InvalidArgument`, and those of a tag set. */
export function tagHeader(header: string, max: number): Record<string, string> {
  const pairs = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }))
  const keys = new Set(pairs.map((pair) => pair.Key))
  if (keys.size !== pairs.length || header.split('&').some((pair) => pair.startsWith('='))) {
    throw s3Error(
      'InvalidArgument',
      400,
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    )
  }
  return tagMap(pairs, max, 'Object')
}

/** As the members of an answer. */
export function tagSet(json: string | null | undefined): { Key: string; Value: string }[] {
  if (!json) return []
  return Object.entries(JSON.parse(json) as Record<string, string>).map(([Key, Value]) => ({
    Key,
    Value,
  }))
}

function invalidTag(message: string, key: string, value?: string): Error {
  return s3Error('InvalidTag', 400, message, {
    TagKey: key,
    ...(value === undefined ? {} : { TagValue: value }),
  })
}
