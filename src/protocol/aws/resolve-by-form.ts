import { Readable } from 'node:stream'
import type { WireRequest } from '#protocol/http'
import { readBody } from './body.ts'
import type { Resolution } from './resolve.ts'
import type { BoundService } from './service.ts'

const formBytesMax = 1024 * 1024

/** awsQuery without a signature names its service only in the form, so that one is read first; the request has it still. */
export async function resolveByForm(
  request: WireRequest,
  services: readonly BoundService[],
): Promise<{ readonly request: WireRequest; readonly resolution: Resolution }> {
  const bytes = await readBody(request, undefined, formBytesMax, { protocol: 'awsQuery' })
  const version = new URLSearchParams(bytes.toString()).get('Version')
  const bound = services.find(
    ({ definition }) => version !== null && definition.queryVersion === version,
  )
  return {
    request: { ...request, body: Readable.from([bytes], { objectMode: false }) },
    resolution: { bound, protocol: 'awsQuery', unknownService: bound ? undefined : '' },
  }
}
