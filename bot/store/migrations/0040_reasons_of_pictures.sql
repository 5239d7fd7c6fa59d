-- Why no picture was made is the reason of a video, about a picture: what was stored before is named so, too.

UPDATE jobs SET reason = replace(reason, '"reason.made_no_picture_unsaid"', '"reason.made_unsaid.picture"')
WHERE reason LIKE '%"reason.made_no_picture_unsaid"%';
UPDATE jobs SET reason = replace(reason, '"reason.made_no_picture"', '"reason.made_said.picture"')
WHERE reason LIKE '%"reason.made_no_picture"%';
