import type { SchemaFormat } from './schema-format.ts'
import { canonicalJson, messageOf } from './canonical.ts'
import { misfitOf } from './json-containment.ts'
import { outsideReference, type JsonSchema } from './json-references.ts'

/** The drafts that AWS names: https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html. Without `$schema` it is draft 7. */
const drafts: Readonly<Record<string, 4 | 6 | 7>> = {
  'http://json-schema.org/draft-04/schema': 4,
  'http://json-schema.org/draft-06/schema': 6,
  'http://json-schema.org/draft-07/schema': 7,
}

/** JSON Schema, drafts 4, 6 and 7. */
export const jsonSchemas: SchemaFormat = {
  check: async (definition) => {
    try {
      const schema = JSON.parse(definition) as JsonSchema
      const draft = draftOf(schema)
      if (draft === undefined) {
        return `$schema ${String((schema as { $schema?: unknown }).$schema)} is not supported: drafts 4, 6 and 7 are.`
      }
      const outside = outsideReference(schema)
      if (outside !== undefined) return outside
      const ajv = await validator(draft)
      if (ajv.validateSchema(schema)) return undefined
      return ajv.errorsText(ajv.errors, { dataVar: 'schema' })
    } catch (error) {
      return messageOf(error)
    }
  },
  misfit: async (reader, writer) => {
    const schemas = [writer, reader].map((text) => JSON.parse(text) as JsonSchema)
    if (draftOf(schemas[0]!) !== draftOf(schemas[1]!)) {
      return 'The versions are of different drafts of JSON Schema.'
    }
    return misfitOf(schemas[0]!, schemas[1]!)
  },
  canonical: canonicalJson,
}

function draftOf(schema: JsonSchema): 4 | 6 | 7 | undefined {
  if (typeof schema === 'boolean' || schema.$schema === undefined) return 7
  return typeof schema.$schema === 'string' ? drafts[schema.$schema.replace(/#$/, '')] : undefined
}

async function validator(draft: 4 | 6 | 7) {
  const options = { strict: false, validateFormats: false, logger: false } as const
  if (draft === 4) {
    const { default: Ajv4 } = await import('ajv-draft-04')
    return new Ajv4.default(options)
  }
  const { Ajv } = await import('ajv')
  const ajv = new Ajv(options)
  if (draft === 6) {
    const { default: meta } = await import('ajv/dist/refs/json-schema-draft-06.json', {
      with: { type: 'json' },
    })
    ajv.addMetaSchema(meta)
  }
  return ajv
}
