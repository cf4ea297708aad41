-- Whom deliveries reach. Rosters (topic `roster`) name contacts by id; phone and e-mail address lie here alone, sealed.
CREATE TABLE contact (
  contact_id    text PRIMARY KEY,
  company_code  text,                    -- null: of the park
  name          text NOT NULL,
  language      text NOT NULL DEFAULT 'zh-CN',
  phone_sealed  text,
  email_sealed  text,
  webhook       text,                    -- name of a configured receiver
  by            text NOT NULL,
  at            timestamptz NOT NULL
);

-- Files of work orders; their bytes lie in the blob store under the SM3 of what they are.
CREATE TABLE order_attachment (
  attachment_id  text PRIMARY KEY,
  order_id       text NOT NULL,
  name           text NOT NULL,
  media_type     text NOT NULL,          -- by their first bytes
  size_bytes     integer NOT NULL,
  sm3            text NOT NULL,
  by             text NOT NULL,
  at             timestamptz NOT NULL
);
CREATE INDEX order_attachment_order ON order_attachment (order_id);

-- Lists and statistics of orders ask for these of their documents.
CREATE INDEX doc_order_made ON doc (((value->>'madeAtMs')::bigint) DESC) WHERE kind = 'order';
CREATE INDEX doc_order_state ON doc ((value->>'state'), ((value->>'deadlineAtMs')::bigint)) WHERE kind = 'order';
CREATE INDEX doc_order_companies ON doc USING gin (company_codes) WHERE kind = 'order';
CREATE INDEX doc_delivery_order ON doc ((value->>'orderId'), at) WHERE kind = 'delivery';
