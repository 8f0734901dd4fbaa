import type { Position } from '../errors.ts'

/** A name as written. Names compare without case, quoted or not, as in Athena. */
export interface Name extends Position {
  readonly text: string
  readonly quoted: boolean
}

/** A type as written: `decimal(10,2)`, `array(row(a integer))`, `timestamp(3) with time zone`. */
export interface TypeName extends Position {
  readonly name: string
  readonly numbers: readonly number[]
  readonly parameters: readonly TypeName[]
  readonly fields: readonly { readonly name: string | undefined; readonly type: TypeName }[]
  readonly withTimeZone: boolean
}

export type IntervalUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '||'
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

interface Node<K extends string> extends Position {
  readonly kind: K
}

export interface OrderItem {
  readonly expression: Expression
  readonly descending: boolean
  /** As written; by default NULL comes last. */
  readonly nullsFirst: boolean
}

export interface FrameBound {
  readonly kind: 'unboundedPreceding' | 'preceding' | 'current' | 'following' | 'unboundedFollowing'
  readonly offset?: Expression
}

export interface WindowSpec {
  readonly base?: Name
  readonly partitionBy: readonly Expression[]
  readonly orderBy: readonly OrderItem[]
  readonly frame?: {
    readonly unit: 'ROWS' | 'RANGE' | 'GROUPS'
    readonly start: FrameBound
    readonly end?: FrameBound
  }
}

export interface Call extends Node<'call'> {
  /** Lower case. */
  readonly name: string
  readonly args: readonly Expression[]
  readonly star: boolean
  readonly distinct: boolean
  readonly orderBy: readonly OrderItem[]
  readonly filter?: Expression
  readonly over?: WindowSpec
  readonly ignoreNulls: boolean
  /** ON OVERFLOW TRUNCATE of listagg; by default too long a text is an error. */
  readonly truncate?: { readonly filler: string; readonly count: boolean }
}

export type JsonName = 'json_exists' | 'json_value' | 'json_query' | 'json_object' | 'json_array'

/** A value given to a function of SQL's JSON: with FORMAT it is the text of JSON. */
export interface JsonOperand {
  readonly value: Expression
  /** `json`, or the encoding of bytes: `utf8`, `utf16`, `utf32`. */
  readonly format?: string
}

/** ON EMPTY and ON ERROR. */
export interface JsonBehaviour {
  readonly kind: 'default' | 'error' | 'null' | 'true' | 'false' | 'unknown' | 'array' | 'object'
  /** Of DEFAULT. */
  readonly value?: Expression
}

/** https://trino.io/docs/current/functions/json.html#json-path-language */
export interface JsonPathCall extends Node<'jsonPath'> {
  readonly name: 'json_exists' | 'json_value' | 'json_query'
  readonly input: JsonOperand
  readonly path: string
  readonly passing: readonly { readonly name: Name; readonly value: JsonOperand }[]
  readonly returning?: TypeName
  readonly format?: string
  readonly wrapper?: 'never' | 'conditional' | 'always'
  readonly omitQuotes?: boolean
  readonly onEmpty?: JsonBehaviour
  readonly onError?: JsonBehaviour
}

/** JSON_OBJECT and JSON_ARRAY. */
export interface JsonConstructor extends Node<'jsonConstructor'> {
  readonly name: 'json_object' | 'json_array'
  readonly members: readonly { readonly key?: Expression; readonly value: JsonOperand }[]
  readonly absentOnNull: boolean
  readonly uniqueKeys: boolean
  readonly returning?: TypeName
  readonly format?: string
}

export type Expression =
  | JsonPathCall
  | JsonConstructor
  | (Node<'null'> & object)
  | (Node<'boolean'> & { readonly value: boolean })
  | (Node<'number'> & { readonly text: string })
  | (Node<'string'> & { readonly value: string })
  | (Node<'binary'> & { readonly hex: string })
  | (Node<'typed'> & { readonly type: TypeName; readonly value: string })
  | (Node<'interval'> & {
      readonly negative: boolean
      readonly value: string
      readonly unit: IntervalUnit
      /** `DAY TO SECOND` and the like. */
      readonly to: IntervalUnit | undefined
    })
  | (Node<'parameter'> & { readonly index: number })
  | (Node<'name'> & { readonly parts: readonly Name[] })
  | (Node<'field'> & { readonly base: Expression; readonly name: Name })
  | (Node<'subscript'> & { readonly base: Expression; readonly index: Expression })
  | Call
  | (Node<'cast'> & { readonly value: Expression; readonly type: TypeName; readonly safe: boolean })
  | (Node<'case'> & {
      readonly operand?: Expression
      readonly whens: readonly { readonly when: Expression; readonly then: Expression }[]
      readonly otherwise?: Expression
    })
  | (Node<'negate'> & { readonly value: Expression })
  | (Node<'binaryOp'> & {
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    })
  | (Node<'compare'> & {
      readonly operator: Comparison
      readonly left: Expression
      readonly right: Expression
    })
  | (Node<'quantified'> & {
      readonly operator: Comparison
      readonly all: boolean
      readonly left: Expression
      readonly query: Query
    })
  | (Node<'logical'> & { readonly operator: 'and' | 'or'; readonly terms: readonly Expression[] })
  | (Node<'not'> & { readonly value: Expression })
  | (Node<'isNull'> & { readonly value: Expression; readonly negated: boolean })
  | (Node<'distinctFrom'> & {
      readonly left: Expression
      readonly right: Expression
      readonly negated: boolean
    })
  | (Node<'between'> & {
      readonly value: Expression
      readonly low: Expression
      readonly high: Expression
      readonly negated: boolean
    })
  | (Node<'inList'> & {
      readonly value: Expression
      readonly items: readonly Expression[]
      readonly negated: boolean
    })
  | (Node<'inQuery'> & {
      readonly value: Expression
      readonly query: Query
      readonly negated: boolean
    })
  | (Node<'like'> & {
      readonly value: Expression
      readonly pattern: Expression
      readonly escape?: Expression
      readonly negated: boolean
    })
  | (Node<'exists'> & { readonly query: Query })
  | (Node<'subquery'> & { readonly query: Query })
  | (Node<'row'> & { readonly items: readonly Expression[] })
  | (Node<'array'> & { readonly items: readonly Expression[] })
  | (Node<'lambda'> & { readonly parameters: readonly Name[]; readonly body: Expression })
  | (Node<'atTimeZone'> & { readonly value: Expression; readonly zone: Expression })
  | (Node<'grouping'> & { readonly items: readonly Expression[] })

export type SelectItem =
  /** `*` or `t.*`, with names for its columns. */
  | (Node<'star'> & { readonly qualifier: readonly Name[]; readonly aliases: readonly Name[] })
  /** `row.*`, with names for its fields. */
  | (Node<'fields'> & { readonly base: Expression; readonly aliases: readonly Name[] })
  | (Node<'item'> & { readonly expression: Expression; readonly alias?: Name })

export type GroupItem =
  | { readonly kind: 'simple'; readonly expression: Expression }
  | { readonly kind: 'sets'; readonly sets: readonly (readonly Expression[])[] }
  | { readonly kind: 'rollup' | 'cube'; readonly parts: readonly (readonly Expression[])[] }

export interface Select extends Node<'select'> {
  readonly distinct: boolean
  readonly items: readonly SelectItem[]
  readonly from: readonly Relation[]
  readonly where?: Expression
  /** GROUP BY DISTINCT: grouping sets that occur twice count once. */
  readonly groupDistinct?: boolean
  readonly groupBy: readonly GroupItem[]
  readonly having?: Expression
  readonly windows: readonly { readonly name: Name; readonly spec: WindowSpec }[]
}

export type QueryBody =
  | Select
  | (Node<'setOperation'> & {
      readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT'
      readonly all: boolean
      readonly left: QueryBody
      readonly right: QueryBody
    })
  | (Node<'values'> & { readonly rows: readonly Expression[] })
  | (Node<'nested'> & { readonly query: Query })

export interface Query extends Position {
  readonly recursive?: boolean
  readonly ctes: readonly {
    readonly name: Name
    readonly columns: readonly Name[]
    readonly query: Query
  }[]
  readonly body: QueryBody
  readonly orderBy: readonly OrderItem[]
  readonly offset?: Expression
  readonly limit?: Expression
  /** FETCH FIRST … WITH TIES. */
  readonly withTies?: boolean
}

/** Which state of a table is read: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html */
export interface TimeTravel extends Position {
  readonly kind: 'timestamp' | 'version'
  readonly value: Expression
}

export interface Aliased {
  readonly alias?: Name
  readonly columns: readonly Name[]
}

export type Relation =
  | (Node<'table'> & Aliased & { readonly parts: readonly Name[]; readonly travel?: TimeTravel })
  | (Node<'derived'> & Aliased & { readonly query: Query; readonly lateral: boolean })
  | (Node<'unnest'> &
      Aliased & { readonly values: readonly Expression[]; readonly ordinality: boolean })
  | (Node<'sample'> & {
      readonly method: 'BERNOULLI' | 'SYSTEM'
      readonly percentage: Expression
      readonly relation: Relation
    })
  | (Node<'join'> & {
      readonly join: 'inner' | 'left' | 'right' | 'full' | 'cross'
      readonly left: Relation
      readonly right: Relation
      readonly on?: Expression
      readonly using: readonly Name[]
    })
