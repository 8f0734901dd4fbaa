import type { ServiceSchema } from './shape.ts'

/** What an SDK client knows of its service; loads what reads the SDK's schemas with the first call. */
export async function readServiceSchema(
  client: Readonly<Record<string, unknown>>,
): Promise<ServiceSchema> {
  const { readClient } = await import('./schema.ts')
  return readClient(client)
}
