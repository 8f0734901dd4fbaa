import type { Call } from '#protocol/aws'
import type { LambdaContext } from './context.ts'

/** Where the caller can fetch a zip for the next ten minutes: at the address by which he reached this server. */
export function codeLocation(
  ctx: Pick<Call, 'request'> & Pick<LambdaContext, 'codeUrl'>,
  codeId: string,
): string {
  return ctx.codeUrl(codeId, ctx.request.headers['host'] ?? 'localhost')
}
