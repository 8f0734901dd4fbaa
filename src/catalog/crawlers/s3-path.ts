import { CrawlerErrors } from './errors.ts'

export interface S3Location {
  readonly bucket: string
  /** '' for the whole bucket, else ends with a slash. */
  readonly prefix: string
}

/** `s3://bucket/prefix/`, with s3a, s3n or no scheme. Errors: `InvalidCrawler`. */
export function parseS3Path(path: string): S3Location {
  const match = /^(?:s3[an]?:\/\/)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(path)
  if (!match) throw CrawlerErrors.InvalidCrawler(`'${path}' is not an S3 path.`)
  const prefix = (match[2] ?? '').replace(/^\/+/, '')
  return {
    bucket: match[1]!,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
  }
}

export function toS3Path(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`
}
