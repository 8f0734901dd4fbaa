{% snapshot orders_snapshot %}
{{ config(unique_key='id', strategy='check', check_cols=['amount'], table_type='iceberg') }}
select * from {{ ref('orders') }}
{% endsnapshot %}
