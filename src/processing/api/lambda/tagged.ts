import { parseFunctionArn } from '#processing/functions'
import type { Call } from '#protocol/aws'
import type { LambdaContext } from './context.ts'
import { refused, scopeOf } from './subject.ts'

type Tags = Readonly<Record<string, string>>

/** What has tags: a function, or an event source mapping. */
export interface Tagged {
  read(): Promise<Tags>
  change(work: (tags: Tags) => Tags): Promise<void>
}

/** The resource that a tagging call names by its ARN. */
export function taggedBy(ctx: Call & LambdaContext, arn: string): Tagged {
  const { functions } = ctx
  const mapping = /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):event-source-mapping:(.+)$/.exec(
    arn,
  )
  if (mapping) {
    const scope = scopeOf(ctx)
    const id = mapping[1] === ctx.region && mapping[2] === ctx.accountId ? mapping[3]! : ''
    return {
      read: async () => (await functions.mappings.get(scope, id)).mapping.settings.tags,
      change: async (work) => {
        await functions.mappings.update(scope, id, ({ settings }) => ({
          ...settings,
          tags: work(settings.tags),
        }))
      },
    }
  }
  const found = parseFunctionArn(arn)
  if (!found || found.region !== ctx.region || found.qualifier !== undefined) {
    throw refused(
      `Functions, by their ARN without a version, and event source mappings can have tags: ${arn}`,
    )
  }
  const { accountId, region, name } = found
  const ref = { accountId, region, name }
  return {
    read: async () => (await functions.get(ref)).entry.tags,
    change: (work) => functions.changeTags(ref, work),
  }
}
