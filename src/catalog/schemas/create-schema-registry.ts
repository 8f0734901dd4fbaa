import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { definitions } from './definitions.ts'
import { metadata } from './metadata.ts'
import { registries } from './registries.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { versions } from './versions.ts'

export interface SchemaRegistryOptions {
  readonly database: Database
  readonly clock: Clock
}

/** Over the database; what is registered is durable before it is answered. */
export function createSchemaRegistry({ database, clock }: SchemaRegistryOptions): SchemaRegistry {
  const versioned = versions(database, clock)
  return {
    ...registries(database, clock),
    ...definitions(database, clock, versioned.register),
    ...versioned,
    ...metadata(database, clock),
  }
}
