import { requestKeyLifetimeMs } from '#catalog/tables'
import { operation } from '../context.ts'
import { prefixFor } from '../refs.ts'
import { storageConfig } from '../storage-access.ts'

/**
 * getConfig. The `warehouse` is the account id (Glue's own form), an `s3://` location below which tables go whose namespace
 * has none, or nothing.
 */
export const GetConfig = operation('GET /v1/config', async (request) => {
  const prefix = prefixFor(request.query.get('warehouse') ?? '', request)
  // Here, since the list is of all operations, this one among them.
  const { operations } = await import('./index.ts')
  return {
    body: {
      defaults: {
        ...storageConfig(request),
        'oauth2-server-uri': `${request.origin}/iceberg/v1/oauth/tokens`,
      },
      overrides: prefix === undefined ? {} : { prefix },
      'idempotency-key-lifetime': `PT${requestKeyLifetimeMs / 60_000}M`,
      endpoints: Object.values(operations)
        .filter(({ path }) => path !== '/v1/config')
        .map(({ method, path }) => `${method} ${path}`),
    },
  }
})
