import type { WebsiteConfiguration } from '@aws-sdk/client-s3'
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export function checkWebsite(value: WebsiteConfiguration): WebsiteConfiguration {
  const { RedirectAllRequestsTo, IndexDocument, ErrorDocument, RoutingRules } = value
  if (RedirectAllRequestsTo) {
    if (IndexDocument || ErrorDocument || RoutingRules?.length) {
      throw invalidRequest(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
      )
    }
    if (!RedirectAllRequestsTo.HostName) throw malformedXml()
    return value
  }
  if (!IndexDocument) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      'null',
    )
  }
  if (!IndexDocument.Suffix || IndexDocument.Suffix.includes('/')) {
    throw invalidArgument(
      'The IndexDocument Suffix is not well formed',
      'IndexDocument',
      IndexDocument.Suffix,
    )
  }
  if (ErrorDocument && !ErrorDocument.Key) throw malformedXml()
  for (const rule of RoutingRules ?? []) if (!rule.Redirect) throw malformedXml()
  return value
}
