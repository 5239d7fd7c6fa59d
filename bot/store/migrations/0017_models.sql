-- A job keeps the model that makes it, and what was sent to Oxen is the model's own parameters.

ALTER TABLE jobs ADD COLUMN model TEXT;

UPDATE jobs SET
    model = json_extract(generation_request, '$.model'),
    generation_request = json_object(
        'model', json_extract(generation_request, '$.model'),
        'target_namespace', json_extract(generation_request, '$.target_namespace'),
        'parameters', json_remove(generation_request, '$.model', '$.target_namespace'))
WHERE generation_request IS NOT NULL;
