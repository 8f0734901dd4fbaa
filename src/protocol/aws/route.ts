import type { WireRequest } from '#protocol/http'
import { noQuery } from './http-binding/read.ts'
import type { OperationPlan, ServicePlan } from './plan.ts'
import { decodeLabel } from './request-head.ts'
import type { S3Address } from './rest-xml/address.ts'
import { unroutable } from './unknown.ts'
import type { Wire } from './wire.ts'

export interface Route {
  readonly operation: OperationPlan
  /** What the path says of the input, decoded. */
  readonly labels: Readonly<Record<string, string>>
}

/** Finds the operation that the method and path of a request mean. Errors: what its wire says of one that means none. */
export function route(
  service: ServicePlan,
  request: WireRequest,
  address: S3Address | undefined,
  wire: Wire,
): Route {
  const match = service.router!.match({
    method: request.method,
    path: address?.path ?? request.rawPath,
    query: request.rawQuery === '' ? noQuery : new URLSearchParams(request.rawQuery),
    headers: request.headers,
    hasBucket: address ? address.bucket !== undefined : undefined,
  })
  if (match.kind !== 'found') throw unroutable(match, request, wire, address)
  const labels: Record<string, string> = {}
  for (const [name, value] of Object.entries(match.labels)) labels[name] = decodeLabel(value)
  if (address?.bucket !== undefined) labels['Bucket'] = address.bucket
  return { operation: service.operations.get(match.operation.name)!, labels }
}
