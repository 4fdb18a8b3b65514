-- Findings are to name every package that has to be upgraded: judged anew from what is known.
update vulnerabilities.assessments set again = true;
update vulnerabilities.applications set assessed_at = null;
