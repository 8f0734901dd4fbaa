import { parseLayerArn, type FunctionScope, type LayerVersion } from '#processing/functions'
import type { Call } from '#protocol/aws'
import { refused, scopeOf } from './subject.ts'

/** A layer by its name, or by its ARN. */
export function layerNameOf(
  ctx: Pick<Call, 'accountId' | 'region'>,
  text: string,
): { readonly scope: FunctionScope; readonly name: string } {
  if (/^[a-zA-Z0-9-_]+$/.test(text)) return { scope: scopeOf(ctx), name: text }
  const parsed = parseLayerArn(text)
  if (!parsed || parsed.region !== ctx.region) throw refused(`${text} does not name a layer`)
  return { scope: { accountId: parsed.accountId, region: parsed.region }, name: parsed.name }
}

/** Whether a layer says that it goes with what is asked for; one that says nothing goes with everything. */
export function fits(
  { settings }: LayerVersion,
  asked: {
    readonly CompatibleRuntime?: string | undefined
    readonly CompatibleArchitecture?: string | undefined
  },
): boolean {
  const has = (list: readonly string[], item: string | undefined) =>
    item === undefined || list.includes(item)
  return (
    has(settings.runtimes, asked.CompatibleRuntime) &&
    has(settings.architectures, asked.CompatibleArchitecture)
  )
}
