import { avroTypes } from '#storage/formats'
import type { CheckDefinition, Compatibility } from './schema-registry.ts'

/** https://avro.apache.org/docs/1.12.0/specification/ */
export const checkAvro: CheckDefinition = async (definition) => {
  try {
    const make = await avroTypes()
    make(JSON.parse(definition))
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Why a definition does not fit those that it is held to, by Avro's schema resolution; undefined when it does. */
export async function misfit(
  compatibility: Compatibility,
  definition: string,
  others: readonly string[],
): Promise<string | undefined> {
  const make = await avroTypes()
  const mode = compatibility.replace('_ALL', '')
  const mine: unknown = JSON.parse(definition)
  for (const other of others.map((text) => JSON.parse(text) as unknown)) {
    try {
      if (mode === 'BACKWARD' || mode === 'FULL') make(other, mine)
      if (mode === 'FORWARD' || mode === 'FULL') make(mine, other)
    } catch (error) {
      return messageOf(error)
    }
  }
  return undefined
}

/** What is the same however it is laid out. */
export function canonical(definition: string): string {
  return JSON.stringify(JSON.parse(definition), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
