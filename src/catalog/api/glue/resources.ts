import { CatalogErrors } from '#catalog/metastore'
import type { Call } from '#protocol/aws'
import type { GlueContext } from './context.ts'
import { schemaRef } from './schema-refs.ts'
import { crawlerRef } from './crawler-refs.ts'

/** The resource of an ARN must be there, and be the caller's. Errors: as of the resource, or `InvalidInput`. */
export async function checkResource(
  arn: string,
  ctx: Pick<Call, 'accountId' | 'region'> & GlueContext,
): Promise<void> {
  const match = /^arn:aws[\w-]*:glue:([\w-]*):(\d*):([^/]+)\/(.+)$/.exec(arn)
  if (!match) throw CatalogErrors.InvalidInput(`${arn} is not a valid ARN.`)
  const [, region, accountId, type, name] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
  ]
  if (region !== ctx.region || accountId !== ctx.accountId) {
    throw CatalogErrors.ResourceNotFound('Entity not found')
  }
  const ref = { accountId, region }
  if (type === 'database') await ctx.metastore.getDatabase({ ...ref, database: name })
  else if (type === 'crawler') await ctx.crawlers.get(crawlerRef(name, ctx))
  else if (type === 'registry') await ctx.schemas.getRegistry(ref, name)
  else if (type === 'schema') await ctx.schemas.getSchema(schemaRef({ SchemaArn: arn }, ctx))
  else if (type === 'connection') await ctx.metastore.getConnection(ref, name)
  else if (type === 'table') {
    const [database, table] = name.split('/')
    await ctx.metastore.getTable({ ...ref, database: database!, table: table ?? '' })
  } else throw CatalogErrors.ResourceNotFound(`${type} resources cannot be tagged here.`)
}
