import type { CORSRule } from '@aws-sdk/client-s3'
import type { CorsDecision, CorsRequest } from '#protocol/aws'
import type { S3Context } from './context.ts'

/**
 * Decides by the bucket's own rules, of which the first that fits counts:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html.
 */
export async function decideCors(
  request: CorsRequest,
  { objects }: S3Context,
): Promise<CorsDecision> {
  const bucket = await objects.buckets.find(request.bucket)
  if (!bucket) return { refused: 'bucketNotFound' }
  // What knows the sub-resources is loaded with the operations: not before a browser comes.
  const [{ readSetting }, { cors }] = await Promise.all([
    import('./settings/store.ts'),
    import('./settings/specs.ts'),
  ])
  const ref = { accountId: bucket.accountId, bucket: request.bucket }
  const configuration = await readSetting(objects, ref, cors)
  if (!configuration) return { refused: 'notEnabled' }
  const rule = configuration.CORSRules?.find((candidate) => fits(candidate, request))
  return rule ? { headers: headersOf(rule, request) } : { refused: 'notAllowed' }
}

function fits(rule: CORSRule, { origin, method, requestHeaders }: CorsRequest): boolean {
  const allows = (patterns: readonly string[] | undefined, text: string) =>
    patterns?.some((pattern) => matches(pattern, text)) ?? false
  return (
    allows(rule.AllowedOrigins, origin) &&
    (rule.AllowedMethods?.includes(method) ?? false) &&
    requestHeaders.every((name) =>
      allows(
        rule.AllowedHeaders?.map((pattern) => pattern.toLowerCase()),
        name,
      ),
    )
  )
}

/** A pattern holds one asterisk at most. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const start = pattern.slice(0, star)
  const end = pattern.slice(star + 1)
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
}

function headersOf(rule: CORSRule, request: CorsRequest): Record<string, string> {
  const anyOrigin = rule.AllowedOrigins?.includes('*') ?? false
  const headers: Record<string, string> = {
    'access-control-allow-origin': anyOrigin ? '*' : request.origin,
    'access-control-allow-methods': rule.AllowedMethods!.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
  if (!anyOrigin) headers['access-control-allow-credentials'] = 'true'
  if (request.requestHeaders.length > 0) {
    headers['access-control-allow-headers'] = request.requestHeaders.join(', ')
  }
  if (rule.ExposeHeaders?.length) {
    headers['access-control-expose-headers'] = rule.ExposeHeaders.join(', ')
  }
  if (rule.MaxAgeSeconds !== undefined) {
    headers['access-control-max-age'] = String(rule.MaxAgeSeconds)
  }
  return headers
}
