{{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id', format='parquet') }}
select id, customer, amount, cast({{ var('run') }} as integer) as run from {{ ref('orders') }}
{% if is_incremental() %} where id >= 3
union all select 5, 'dan', cast(1.00 as decimal(10,2)), cast({{ var('run') }} as integer) {% endif %}
