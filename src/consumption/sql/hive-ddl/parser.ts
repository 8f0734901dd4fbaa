import { syntaxError } from '../errors.ts'
import { type HiveToken, tokenizeHive } from './lexer.ts'
import type { DdlColumn, DdlStatement, PartitionSpec, RowFormat, TableName } from './statements.ts'

/** Parses one statement of DDL, SHOW or DESCRIBE. Error: `SyntaxError`. */
export function parseDdl(sql: string): DdlStatement {
  return new DdlParser(sql).statement()
}

const catalogName = 'awsdatacatalog'

class DdlParser {
  readonly #sql: string
  readonly #tokens: readonly HiveToken[]
  #index = 0

  constructor(sql: string) {
    this.#sql = sql
    this.#tokens = tokenizeHive(sql)
  }

  statement(): DdlStatement {
    const statement = this.#statement()
    if (statement.kind === 'createView') return statement
    this.#accept(';')
    if (this.#peek().kind !== 'end') this.#fail('<EOF>')
    return statement
  }

  #statement(): DdlStatement {
    const key = this.#peek().key
    switch (key) {
      case 'CREATE':
        return this.#create()
      case 'DROP':
        return this.#drop()
      case 'ALTER':
        return this.#alter()
      case 'SHOW':
        return this.#show()
      case 'MSCK':
        this.#expect('MSCK', 'REPAIR', 'TABLE')
        return { kind: 'repair', name: this.#tableName() }
      case 'DESC':
      case 'DESCRIBE': {
        this.#next()
        const detailed = this.#accept('FORMATTED') || this.#accept('EXTENDED')
        if (this.#at('DATABASE') || this.#at('SCHEMA')) this.#fail('<table>')
        return { kind: 'describe', name: this.#tableName(), detailed }
      }
      default:
        return this.#fail("'ALTER', 'CREATE', 'DESCRIBE', 'DROP', 'MSCK', 'SHOW'")
    }
  }

  #create(): DdlStatement {
    this.#expect('CREATE')
    const replace = this.#accept('OR', 'REPLACE')
    if (this.#accept('VIEW')) {
      const name = this.#tableName(true)
      this.#expect('AS')
      return {
        kind: 'createView',
        name,
        replace,
        sql: this.#sql.slice(this.#peek().start).replace(/;\s*$/, ''),
      }
    }
    if (replace) this.#fail("'VIEW'")
    if (this.#accept('DATABASE') || this.#accept('SCHEMA')) return this.#createDatabase()
    if (this.#at('TABLE')) return this.#createIcebergTable()
    this.#expect('EXTERNAL', 'TABLE')
    return this.#createTable()
  }

  /** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html */
  #createIcebergTable(): DdlStatement {
    const start = this.#peek()
    this.#expect('TABLE')
    const ifNotExists = this.#accept('IF', 'NOT', 'EXISTS')
    const name = this.#tableName()
    const columns = this.#columns()
    let comment: string | undefined
    let partitioning: readonly string[] = []
    let location: string | undefined
    let properties: Readonly<Record<string, string>> = {}
    for (;;) {
      if (this.#accept('COMMENT')) comment = this.#string()
      else if (this.#accept('PARTITIONED', 'BY')) {
        partitioning = this.#bracketed(() => this.#partitionTerm())
      } else if (this.#accept('LOCATION')) location = this.#string()
      else if (this.#accept('TBLPROPERTIES')) properties = this.#properties()
      else break
    }
    if (properties['table_type']?.toUpperCase() !== 'ICEBERG') {
      throw syntaxError(start, "mismatched input 'TABLE'. Expecting: 'EXTERNAL'")
    }
    const kind = 'createIcebergTable'
    return { kind, name, ifNotExists, columns, partitioning, comment, location, properties }
  }

  /** A column, or a transform of one: `bucket(16, id)`. */
  #partitionTerm(): string {
    const name = this.#name()
    if (!this.#at('(')) return name
    const parts = this.#bracketed(() => this.#name())
    return `${name}(${parts.join(', ')})`
  }

  #createDatabase(): DdlStatement {
    const ifNotExists = this.#accept('IF', 'NOT', 'EXISTS')
    const database = this.#name()
    const comment = this.#accept('COMMENT') ? this.#string() : undefined
    const location = this.#accept('LOCATION') ? this.#string() : undefined
    const properties = this.#accept('WITH', 'DBPROPERTIES') ? this.#properties() : {}
    return { kind: 'createDatabase', database, ifNotExists, comment, location, properties }
  }

  #createTable(): DdlStatement {
    const ifNotExists = this.#accept('IF', 'NOT', 'EXISTS')
    const name = this.#tableName()
    const columns = this.#at('(') ? this.#columns() : []
    let comment: string | undefined
    let partitionKeys: readonly DdlColumn[] = []
    let location: string | undefined
    let properties: Readonly<Record<string, string>> = {}
    const format: { -readonly [K in keyof RowFormat]: RowFormat[K] } = { ...noFormat }
    for (;;) {
      if (this.#accept('COMMENT')) comment = this.#string()
      else if (this.#accept('PARTITIONED', 'BY')) partitionKeys = this.#columns()
      else if (this.#accept('CLUSTERED', 'BY')) this.#clustered()
      else if (this.#accept('ROW', 'FORMAT')) Object.assign(format, this.#rowFormat())
      else if (this.#accept('WITH', 'SERDEPROPERTIES')) {
        format.serdeProperties = { ...format.serdeProperties, ...this.#properties() }
      } else if (this.#accept('STORED', 'AS')) Object.assign(format, this.#storedAs())
      else if (this.#accept('LOCATION')) location = this.#string()
      else if (this.#accept('TBLPROPERTIES')) properties = this.#properties()
      else break
    }
    return {
      kind: 'createTable',
      name,
      ifNotExists,
      columns,
      partitionKeys,
      comment,
      format,
      location,
      properties,
    }
  }

  /** Buckets say how files were written; readers need nothing of it. */
  #clustered(): void {
    this.#bracketed(() => this.#name())
    if (this.#accept('SORTED', 'BY')) {
      this.#bracketed(() => {
        this.#name()
        if (!this.#accept('ASC')) this.#accept('DESC')
      })
    }
    this.#expect('INTO')
    this.#next()
    this.#expect('BUCKETS')
  }

  #rowFormat(): Partial<RowFormat> {
    if (this.#accept('SERDE')) return { serde: this.#string() }
    this.#expect('DELIMITED')
    const serdeProperties: Record<string, string> = {}
    for (;;) {
      if (this.#accept('FIELDS', 'TERMINATED', 'BY')) {
        const delimiter = this.#string()
        serdeProperties['field.delim'] = delimiter
        serdeProperties['serialization.format'] = delimiter
        if (this.#accept('ESCAPED', 'BY')) serdeProperties['escape.delim'] = this.#string()
      } else if (this.#accept('COLLECTION', 'ITEMS', 'TERMINATED', 'BY')) {
        serdeProperties['collection.delim'] = this.#string()
      } else if (this.#accept('MAP', 'KEYS', 'TERMINATED', 'BY')) {
        serdeProperties['mapkey.delim'] = this.#string()
      } else if (this.#accept('LINES', 'TERMINATED', 'BY')) {
        serdeProperties['line.delim'] = this.#string()
      } else if (this.#accept('NULL', 'DEFINED', 'AS')) {
        serdeProperties['serialization.null.format'] = this.#string()
      } else {
        return { serdeProperties }
      }
    }
  }

  #storedAs(): Partial<RowFormat> {
    if (this.#accept('INPUTFORMAT')) {
      const inputFormat = this.#string()
      this.#expect('OUTPUTFORMAT')
      return { inputFormat, outputFormat: this.#string() }
    }
    return { storedAs: this.#next().key }
  }

  #drop(): DdlStatement {
    this.#expect('DROP')
    if (this.#accept('DATABASE') || this.#accept('SCHEMA')) {
      const ifExists = this.#accept('IF', 'EXISTS')
      const database = this.#name()
      const cascade = this.#accept('CASCADE')
      if (!cascade) this.#accept('RESTRICT')
      return { kind: 'dropDatabase', database, ifExists, cascade }
    }
    const view = this.#accept('VIEW')
    if (!view) this.#expect('TABLE')
    const ifExists = this.#accept('IF', 'EXISTS')
    return { kind: view ? 'dropView' : 'dropTable', name: this.#tableName(view), ifExists }
  }

  #alter(): DdlStatement {
    this.#expect('ALTER', 'TABLE')
    const name = this.#tableName()
    if (this.#accept('ADD')) {
      if (this.#accept('COLUMNS')) return { kind: 'addColumns', name, columns: this.#columns() }
      const ifNotExists = this.#accept('IF', 'NOT', 'EXISTS')
      const partitions: { spec: PartitionSpec; location: string | undefined }[] = []
      do {
        const spec = this.#partitionSpec()
        partitions.push({ spec, location: this.#accept('LOCATION') ? this.#string() : undefined })
      } while (this.#at('PARTITION'))
      return { kind: 'addPartitions', name, ifNotExists, partitions }
    }
    if (this.#accept('REPLACE', 'COLUMNS'))
      return { kind: 'replaceColumns', name, columns: this.#columns() }
    if (this.#accept('RENAME', 'TO')) return { kind: 'renameTable', name, to: this.#tableName() }
    if (this.#accept('CHANGE')) return this.#changeColumn(name)
    if (this.#accept('UNSET', 'TBLPROPERTIES')) {
      return { kind: 'unsetProperties', name, properties: this.#bracketed(() => this.#string()) }
    }
    if (this.#accept('DROP', 'COLUMN')) return { kind: 'dropColumn', name, column: this.#name() }
    if (this.#accept('DROP')) {
      const ifExists = this.#accept('IF', 'EXISTS')
      const specs = [this.#partitionSpec()]
      while (this.#accept(',')) specs.push(this.#partitionSpec())
      return { kind: 'dropPartitions', name, ifExists, specs }
    }
    const partition = this.#at('PARTITION') ? this.#partitionSpec() : undefined
    this.#expect('SET')
    if (this.#accept('LOCATION'))
      return { kind: 'setLocation', name, partition, location: this.#string() }
    if (partition) this.#fail("'LOCATION'")
    this.#expect('TBLPROPERTIES')
    return { kind: 'setProperties', name, properties: this.#properties() }
  }

  /** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-change-column.html */
  #changeColumn(name: TableName): DdlStatement {
    this.#accept('COLUMN')
    const column = this.#name()
    const to = { name: this.#name(), type: this.#type(), comment: undefined }
    const comment = this.#accept('COMMENT') ? this.#string() : undefined
    let place: { after: string | undefined } | undefined
    if (this.#accept('FIRST')) place = { after: undefined }
    else if (this.#accept('AFTER')) place = { after: this.#name() }
    return { kind: 'changeColumn', name, column, to: { ...to, comment }, place }
  }

  #show(): DdlStatement {
    this.#expect('SHOW')
    if (this.#accept('DATABASES') || this.#accept('SCHEMAS')) {
      return { kind: 'showDatabases', pattern: this.#pattern() }
    }
    if (this.#at('TABLES') || this.#at('VIEWS')) {
      const kind = this.#next().key === 'TABLES' ? 'showTables' : 'showViews'
      const database = this.#accept('IN') || this.#accept('FROM') ? this.#name() : undefined
      return { kind, database, pattern: this.#pattern() }
    }
    if (this.#accept('PARTITIONS')) return { kind: 'showPartitions', name: this.#tableName() }
    if (this.#accept('CREATE', 'TABLE')) return { kind: 'showCreateTable', name: this.#tableName() }
    if (this.#accept('CREATE', 'VIEW'))
      return { kind: 'showCreateView', name: this.#tableName(true) }
    if (this.#accept('TBLPROPERTIES')) {
      const name = this.#tableName()
      let property: string | undefined
      if (this.#accept('(')) {
        property = this.#string()
        this.#expect(')')
      }
      return { kind: 'showProperties', name, property }
    }
    this.#expect('COLUMNS')
    if (!this.#accept('IN')) this.#expect('FROM')
    const name = this.#tableName()
    if (this.#accept('IN') || this.#accept('FROM')) {
      return { kind: 'showColumns', name: { table: name.table, database: this.#name() } }
    }
    return { kind: 'showColumns', name }
  }

  #pattern(): string | undefined {
    const like = this.#accept('LIKE')
    return like || this.#peek().kind === 'string' ? this.#string() : undefined
  }

  #partitionSpec(): PartitionSpec {
    this.#expect('PARTITION')
    return this.#bracketed(() => {
      const key = this.#name()
      const operator = this.#next()
      if (!['=', '<', '>', '<=', '>=', '<>', '!='].includes(operator.key)) {
        throw syntaxError(operator, `mismatched input '${operator.text}'. Expecting: '='`)
      }
      const negative = this.#accept('-')
      const value = this.#next()
      if (value.kind !== 'string' && value.kind !== 'word') {
        throw syntaxError(value, `mismatched input '${value.text}'. Expecting: <value>`)
      }
      return { key, operator: operator.key, value: `${negative ? '-' : ''}${value.text}` }
    })
  }

  #columns(): DdlColumn[] {
    return this.#bracketed(() => {
      const name = this.#name()
      const type = this.#type()
      return { name, type, comment: this.#accept('COMMENT') ? this.#string() : undefined }
    })
  }

  /** A type as the catalog keeps it: `struct<a:int,b:array<string>>`. */
  #type(): string {
    const token = this.#next()
    if (token.kind !== 'word')
      throw syntaxError(token, `mismatched input '${token.text}'. Expecting: <type>`)
    const name = token.text.toLowerCase()
    if (this.#accept('<')) {
      let text = `${name}<`
      do {
        if (name === 'struct') {
          const field = this.#name()
          this.#expect(':')
          text += `${field}:`
        }
        text += this.#type()
        if (name === 'struct' && this.#accept('COMMENT')) this.#string()
        if (this.#at(',')) text += ','
      } while (this.#accept(','))
      this.#expect('>')
      return `${text}>`
    }
    if (this.#accept('(')) {
      const numbers = [this.#next().text]
      while (this.#accept(',')) numbers.push(this.#next().text)
      this.#expect(')')
      return `${name}(${numbers.join(',')})`
    }
    return name === 'integer' ? 'int' : name
  }

  #properties(): Readonly<Record<string, string>> {
    const entries = this.#bracketed(() => {
      const key = this.#string()
      this.#expect('=')
      return [key, this.#string()] as const
    })
    return Object.fromEntries(entries)
  }

  #bracketed<T>(item: () => T): T[] {
    this.#expect('(')
    const items = [item()]
    while (this.#accept(',')) items.push(item())
    this.#expect(')')
    return items
  }

  /** `table`, `db.table` or `catalog.db.table`; double quotes only where the statement is Trino's. */
  #tableName(doubleQuotes = false): TableName {
    const parts = [this.#name(doubleQuotes)]
    while (this.#accept('.')) parts.push(this.#name(doubleQuotes))
    // Hive takes the whole of `db.table` in one pair of backquotes too.
    const flat = parts.length === 1 ? parts[0]!.split('.') : parts
    if (flat.length > 3 || (flat.length === 3 && flat[0] !== catalogName)) this.#fail('<table>')
    return { table: flat.at(-1)!, database: flat.at(-2) }
  }

  #name(doubleQuotes = false): string {
    const token = this.#next()
    const named =
      token.kind === 'word' || token.kind === 'quoted' || (doubleQuotes && token.kind === 'string')
    if (!named)
      throw syntaxError(token, `mismatched input '${token.text}'. Expecting: <identifier>`)
    return token.text.toLowerCase()
  }

  #string(): string {
    const token = this.#next()
    if (token.kind !== 'string')
      throw syntaxError(token, `mismatched input '${token.text}'. Expecting: <string>`)
    return token.text
  }

  #peek(ahead = 0): HiveToken {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!
  }

  #next(): HiveToken {
    const token = this.#peek()
    if (token.kind !== 'end') this.#index++
    return token
  }

  #at(...keys: readonly string[]): boolean {
    return keys.every((key, ahead) => this.#peek(ahead).key === key)
  }

  #accept(...keys: readonly string[]): boolean {
    if (!this.#at(...keys)) return false
    this.#index += keys.length
    return true
  }

  #expect(...keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#peek().key !== key) this.#fail(`'${key}'`)
      this.#index++
    }
  }

  #fail(expecting: string): never {
    const token = this.#peek()
    throw syntaxError(token, `mismatched input '${token.text}'. Expecting: ${expecting}`)
  }
}

const noFormat: RowFormat = {
  serde: undefined,
  serdeProperties: {},
  inputFormat: undefined,
  outputFormat: undefined,
  storedAs: undefined,
}
