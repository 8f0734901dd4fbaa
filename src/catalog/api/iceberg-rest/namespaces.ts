import type { DatabaseInput, DatabaseRecord } from '#catalog/metastore'

type Properties = Readonly<Record<string, string>>

/** A database as a namespace has it, under the names that Iceberg's Glue client uses. */
export function toProperties(database: DatabaseRecord): Properties {
  const { parameters, locationUri, description } = database
  return {
    ...parameters,
    ...(locationUri === undefined ? {} : { location: locationUri }),
    ...(description === undefined ? {} : { comment: description }),
  }
}

/** The members of a database that a namespace's properties give. */
export function fromProperties(
  properties: Properties,
): Pick<DatabaseInput, 'parameters' | 'locationUri' | 'description'> {
  const { location, comment, ...parameters } = properties
  return {
    parameters,
    ...(location === undefined ? {} : { locationUri: location }),
    ...(comment === undefined ? {} : { description: comment }),
  }
}
