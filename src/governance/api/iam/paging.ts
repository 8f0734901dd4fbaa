import { AwsError } from '#protocol/aws'

export interface PageInput {
  readonly Marker?: string
  readonly MaxItems?: number
}

export interface PageOutput {
  readonly IsTruncated: boolean
  readonly Marker?: string
}

const itemsDefault = 100

export function limitOf(input: PageInput): number {
  return input.MaxItems ?? itemsDefault
}

/** The key after which the page starts. */
export function afterOf(input: PageInput): string | undefined {
  if (input.Marker === undefined) return undefined
  const key = Buffer.from(input.Marker, 'base64url').toString()
  if (!key.startsWith('after:')) {
    throw new AwsError({ name: 'ValidationError', status: 400, message: 'Invalid Marker.' })
  }
  return key.slice('after:'.length)
}

export function pageOutput(next: string | undefined): PageOutput {
  if (next === undefined) return { IsTruncated: false }
  return { IsTruncated: true, Marker: Buffer.from(`after:${next}`).toString('base64url') }
}

/** A page of a list that is small enough to be had whole. */
export function pageOf<T>(
  items: readonly T[],
  input: PageInput,
): { readonly items: readonly T[]; readonly page: PageOutput } {
  const start = Number(afterOf(input) ?? 0)
  const end = start + limitOf(input)
  return {
    items: items.slice(start, end),
    page: pageOutput(end < items.length ? String(end) : undefined),
  }
}
