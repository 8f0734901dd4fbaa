import type { DatabaseRecord } from '#catalog/metastore'
import { RestError } from '#protocol/iceberg-rest'
import { asList, asProperties, asRecord, asString } from '../body.ts'
import { mutation } from '../mutation.ts'
import { fromProperties, toProperties } from '../namespaces.ts'
import { namespaceOf } from '../refs.ts'

/** updateProperties */
export const UpdateProperties = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/properties',
  async (request, { metastore }, once) => {
    const ref = namespaceOf(request)
    const body = asRecord(request.body, 'body')
    const updates = asProperties(body['updates'], 'updates')
    const removals = asList(body['removals'], 'removals').map((name) => asString(name, 'removals'))
    const both = removals.filter((name) => Object.hasOwn(updates, name))
    if (both.length > 0) {
      throw new RestError(
        'UnprocessableEntityException',
        422,
        `Invalid namespace update: cannot simultaneously set and remove keys: ${both.join(', ')}`,
      )
    }
    await request.authorize('glue', 'UpdateDatabase', { Name: ref.database })
    let missing: readonly string[] = []
    const change = (current: DatabaseRecord) => {
      const before = toProperties(current)
      missing = removals.filter((name) => !Object.hasOwn(before, name))
      const kept = Object.entries(before).filter(([name]) => !removals.includes(name))
      const { description: _1, locationUri: _2, createTimeMs: _3, ...rest } = current
      return { ...rest, ...fromProperties({ ...Object.fromEntries(kept), ...updates }) }
    }
    const done = await once.transaction(async (tx) => {
      await metastore.updateDatabase(ref, change, { tx })
      const removed = removals.filter((name) => !missing.includes(name))
      return { updated: Object.keys(updates), removed, missing }
    })
    return { body: done }
  },
)
