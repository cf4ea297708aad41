-- Musters are documents (table doc, kinds muster and muster-people); here is how lists and reports find them.
CREATE INDEX doc_muster_declared ON doc (((value->>'declaredAtMs')::bigint) DESC, (value->>'musterId')) WHERE kind = 'muster';
CREATE INDEX doc_muster_id ON doc ((value->>'musterId')) WHERE kind = 'muster';
CREATE INDEX doc_muster_people ON doc ((value->>'musterId')) WHERE kind = 'muster-people';
