import type { Outbound, WireFailure } from '../wire.ts'

/**
 * For services that once spoke awsQuery: clients that ask for it learn the old code
 * (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait).
 */
export function queryError(failure: WireFailure, outbound: Outbound): Record<string, string> {
  const code = failure.shape?.error?.query?.[0]
  if (code === undefined || outbound.request.headers['x-amzn-query-mode'] !== 'true') return {}
  const fault = failure.fault === 'client' ? 'Sender' : 'Receiver'
  return { 'x-amzn-query-error': `${code};${fault}` }
}
