import type { WireRequest } from '#protocol/http'
import { AwsError, type ServiceDefinition } from './service.ts'

/** Error: `RequestHeaderSectionTooLarge`. */
export function checkHeaders(
  { headers }: WireRequest,
  { headerBytesMax }: ServiceDefinition<unknown>,
): void {
  if (headerBytesMax === undefined) return
  let bytes = 0
  for (const name in headers) bytes += name.length + headers[name]!.length
  if (bytes <= headerBytesMax) return
  throw new AwsError({
    name: 'RequestHeaderSectionTooLarge',
    status: 400,
    message: 'Your request header section exceeds the maximum allowed size.',
    fields: { MaxSizeAllowed: headerBytesMax },
  })
}

/** A part of a path, percent-decoded. Error: `InvalidURI`. */
export function decodeLabel(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw new AwsError({
      name: 'InvalidURI',
      status: 400,
      message: "Couldn't parse the specified URI.",
    })
  }
}
