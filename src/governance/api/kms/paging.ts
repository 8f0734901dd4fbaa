import { AwsError } from '#protocol/aws'

/** The key after which the page starts. */
export function afterOf(marker: string | undefined): string | undefined {
  if (marker === undefined) return undefined
  const key = Buffer.from(marker, 'base64url').toString()
  if (!key.startsWith('after:')) {
    throw new AwsError({
      name: 'InvalidMarkerException',
      status: 400,
      message: 'Could not deserialize NextToken',
    })
  }
  return key.slice('after:'.length)
}

export function pageOutput(next: string | undefined): {
  readonly Truncated: boolean
  readonly NextMarker?: string
} {
  if (next === undefined) return { Truncated: false }
  return { Truncated: true, NextMarker: Buffer.from(`after:${next}`).toString('base64url') }
}
