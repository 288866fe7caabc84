--
-- PostgreSQL database dump
--

\restrict kZIyGjNLoPyLPvNN3886BD1ATiE4hZrz9Mr20MINGbAzvGCXWi8plWbNJsbRLXg

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: border; Type: DATABASE; Schema: -; Owner: border_owner
--

CREATE DATABASE border WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';


ALTER DATABASE border OWNER TO border_owner;

\unrestrict kZIyGjNLoPyLPvNN3886BD1ATiE4hZrz9Mr20MINGbAzvGCXWi8plWbNJsbRLXg
\connect border
\restrict kZIyGjNLoPyLPvNN3886BD1ATiE4hZrz9Mr20MINGbAzvGCXWi8plWbNJsbRLXg

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: crossings_1; Type: SCHEMA; Schema: -; Owner: border
--

CREATE SCHEMA crossings_1;


ALTER SCHEMA crossings_1 OWNER TO border;

--
-- Name: handovers_1; Type: SCHEMA; Schema: -; Owner: border
--

CREATE SCHEMA handovers_1;


ALTER SCHEMA handovers_1 OWNER TO border;

--
-- Name: hold_key(bigint); Type: FUNCTION; Schema: public; Owner: border_owner
--

CREATE FUNCTION public.hold_key(lock bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(lock) THEN
        RAISE EXCEPTION 'the same command is still running' USING ERRCODE = 'DM409';
    END IF;
    RETURN true;
END $$;


ALTER FUNCTION public.hold_key(lock bigint) OWNER TO border_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: crossings; Type: TABLE; Schema: crossings_1; Owner: border
--

CREATE TABLE crossings_1.crossings (
    crossing_id uuid NOT NULL,
    stream_version integer NOT NULL,
    kind text NOT NULL,
    checkpoint text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    country text NOT NULL,
    sex smallint NOT NULL,
    age_band text NOT NULL,
    documented boolean NOT NULL,
    vehicle_id uuid,
    handover_id uuid,
    recorded_by text NOT NULL
);


ALTER TABLE crossings_1.crossings OWNER TO border;

--
-- Name: handovers; Type: TABLE; Schema: handovers_1; Owner: border
--

CREATE TABLE handovers_1.handovers (
    handover_id uuid NOT NULL,
    stream_version integer NOT NULL,
    checkpoint text NOT NULL,
    handed_over_by text NOT NULL,
    authority text NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    count_announced integer NOT NULL,
    count_taken integer
);


ALTER TABLE handovers_1.handovers OWNER TO border;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.audit (
    entry_id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    caller text NOT NULL,
    office text NOT NULL,
    action text NOT NULL,
    evidence uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    numbers text[] DEFAULT '{}'::text[] NOT NULL,
    detail text DEFAULT '{}'::text NOT NULL,
    correlation uuid NOT NULL
);


ALTER TABLE public.audit OWNER TO border_owner;

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: border_owner
--

ALTER TABLE public.audit ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: builds; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.builds (
    projection text NOT NULL,
    build integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    live_at timestamp with time zone,
    CONSTRAINT builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text])))
);


ALTER TABLE public.builds OWNER TO border_owner;

--
-- Name: dead_letters; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.dead_letters (
    reader text NOT NULL,
    build integer NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    at_offset bigint NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    buried_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT dead_letters_reason_check CHECK ((reason = ANY (ARRAY['poison'::text, 'unknown_type'::text])))
);


ALTER TABLE public.dead_letters OWNER TO border_owner;

--
-- Name: discarded_letters; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.discarded_letters (
    reader text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.discarded_letters OWNER TO border_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.events (
    "position" bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    event_id uuid NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    appended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    facts text NOT NULL,
    person text,
    handles text DEFAULT '[]'::text NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text,
    CONSTRAINT events_version_check CHECK ((version > 0))
);


ALTER TABLE public.events OWNER TO border_owner;

--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: border_owner
--

ALTER TABLE public.events ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    outcome text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.idempotency OWNER TO border_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO border_owner;

--
-- Name: offsets; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.offsets (
    reader text NOT NULL,
    build integer NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    incarnation integer DEFAULT 0 NOT NULL,
    next_offset bigint DEFAULT 0 NOT NULL,
    last_id uuid
);


ALTER TABLE public.offsets OWNER TO border_owner;

--
-- Name: relays; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.relays (
    outlet text NOT NULL,
    topic text NOT NULL,
    incarnation integer DEFAULT 0 NOT NULL,
    tx text DEFAULT '0'::text NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    published bigint DEFAULT 0 NOT NULL,
    last text DEFAULT '{}'::text NOT NULL
);


ALTER TABLE public.relays OWNER TO border_owner;

--
-- Name: upload_refusals; Type: TABLE; Schema: public; Owner: border_owner
--

CREATE TABLE public.upload_refusals (
    upload_id uuid NOT NULL,
    row_number integer NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    caller text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


ALTER TABLE public.upload_refusals OWNER TO border_owner;

--
-- Data for Name: crossings; Type: TABLE DATA; Schema: crossings_1; Owner: border
--

COPY crossings_1.crossings (crossing_id, stream_version, kind, checkpoint, occurred_at, recorded_at, country, sex, age_band, documented, vehicle_id, handover_id, recorded_by) FROM stdin;
01a225ea-e2bb-778a-8fe1-2e2825fdd7a7	1	departure	KH-POI	2013-04-02 02:00:00+00	2026-11-29 06:08:00.187297+00	THA	2	25-29	t	\N	\N	officer
01a225ea-e5ad-7096-892d-56f6a1058428	1	deported_return	KH-POI	2014-06-12 02:00:00+00	2026-11-29 06:08:00.941536+00	THA	2	25-29	t	\N	01a225ea-e5a8-7498-a6c2-8c8f376e0638	officer
01a225ea-f128-7037-8033-bf46d600689b	1	departure	KH-POI	2012-01-10 02:00:00+00	2012-01-11 02:00:00+00	THA	1	unknown	t	\N	\N	officer
01a225ea-f12e-71bc-852a-9c10cada83ce	1	return	KH-POI	2013-01-10 02:00:00+00	2026-11-29 06:08:03.886022+00	THA	1	unknown	t	\N	\N	officer
01a225ea-f3e8-7542-b172-6c9d9572d7ca	1	departure	KH-POI	2013-02-10 02:00:00+00	2026-11-29 06:08:04.584987+00	THA	1	unknown	t	\N	\N	officer
01a225ea-f3ec-770a-bacd-d13eca53dead	1	return	KH-POI	2013-12-10 02:00:00+00	2026-11-29 06:08:04.588254+00	THA	1	unknown	t	\N	\N	officer
01a225ea-f414-71ea-be94-f2116fb384d1	1	return	KH-POI	2013-09-21 02:00:00+00	2026-11-29 06:08:04.628067+00	THA	2	unknown	t	\N	\N	officer
01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	1	return	KH-POI	2014-04-02 02:00:00+00	2026-11-29 06:08:04.862216+00	THA	1	20-24	t	\N	\N	officer
01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	2	departure	KH-POI	2013-04-10 02:00:00+00	2026-11-29 06:08:04.858832+00	THA	1	20-24	t	\N	\N	officer
2d463614-3a68-5e71-a20e-8f6e37d08fcd	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
7914fe8f-2381-5a0d-969a-1744f9a5d72e	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
84fdcd01-3c63-5e33-9529-21b3b9f98d39	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
bfeea813-fc2a-5b60-b398-682eaf552852	1	return	KH-POI	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	THA	2	unknown	t	\N	\N	officer
\.


--
-- Data for Name: handovers; Type: TABLE DATA; Schema: handovers_1; Owner: border
--

COPY handovers_1.handovers (handover_id, stream_version, checkpoint, handed_over_by, authority, announced_at, count_announced, count_taken) FROM stdin;
01a225ea-dfca-76b5-bf52-92cf68a0a91c	1	KH-POI	THA	police	2014-06-12 02:00:00+00	7	\N
01a225ea-e5a8-7498-a6c2-8c8f376e0638	2	KH-POI	THA	immigration	2014-06-12 02:00:00+00	2	2
\.


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.audit (entry_id, at, tx, caller, office, action, evidence, numbers, detail, correlation) FROM stdin;
1	2026-11-29 06:07:59.443953+00	812	officer	KH-POI	announce_handover	{}	{}	{}	01a225ea-dfc8-773c-a459-046c2cb6d606
2	2026-11-29 06:08:00.188573+00	820	officer	KH-POI	record_crossing	{01a225ea-e2bb-778a-8fe1-2e2825fdd7a7}	{}	{}	01a225ea-e2bb-778a-8fe1-2e278b96e133
3	2026-11-29 06:08:00.938139+00	829	officer	KH-POI	announce_handover	{}	{}	{}	01a225ea-e5a8-7498-a6c2-8c8eac7358fe
4	2026-11-29 06:08:00.942131+00	831	officer	KH-POI	record_crossing	{01a225ea-e5ad-7096-892d-56f6a1058428}	{}	{}	01a225ea-e5ad-7096-892d-56f5c622a89a
5	2026-11-29 06:08:00.954592+00	835	officer	KH-POI	count_handover	{}	{}	{}	01a225ea-e5b0-76a5-93f3-5067a717dd69
6	2026-11-29 06:08:03.88158+00	904	officer	KH-POI	record_crossing	{01a225ea-f128-7037-8033-bf46d600689b}	{}	{}	01a225ea-f128-7037-8033-bf45a42b4917
7	2026-11-29 06:08:03.886408+00	908	officer	KH-POI	record_crossing	{01a225ea-f12e-71bc-852a-9c10cada83ce}	{}	{}	01a225ea-f12d-74e3-a883-8c72e8712ef7
8	2026-11-29 06:08:04.585607+00	931	officer	KH-POI	record_crossing	{01a225ea-f3e8-7542-b172-6c9d9572d7ca}	{}	{}	01a225ea-f3e8-7542-b172-6c9c875b005f
9	2026-11-29 06:08:04.588781+00	932	officer	KH-POI	record_crossing	{01a225ea-f3ec-770a-bacd-d13eca53dead}	{}	{}	01a225ea-f3eb-70bb-9333-a6be81532c30
10	2026-11-29 06:08:04.628572+00	952	officer	KH-POI	record_crossing	{01a225ea-f414-71ea-be94-f2116fb384d1}	{}	{}	01a225ea-f413-74f9-b32a-f18c13e2fc69
11	2026-11-29 06:08:04.859259+00	976	officer	KH-POI	record_crossing	{01a225ea-f4fa-74cd-a655-c8c80f6f8d4a}	{}	{}	01a225ea-f4fa-74cd-a655-c8c726c14c6b
12	2026-11-29 06:08:04.864201+00	977	officer	KH-POI	record_crossing	{01a225ea-f4fe-76db-8c19-c4fe5c6eba9b}	{}	{}	01a225ea-f4fd-765f-aed5-2571e08c169c
13	2026-11-29 06:08:04.868257+00	981	officer	KH-POI	record_crossing	{01a225ea-f503-7471-afb1-a5b9fcdfc898}	{}	{}	01a225ea-f503-7471-afb1-a5b8f28cc0de
14	2026-11-29 06:08:05.666156+00	998	officer	KH-POI	void_event	{01a225ea-f503-7471-afb1-a5b9fcdfc898}	{}	{}	01a225ea-f81f-722f-9993-e17d2bb3cf74
15	2026-11-29 06:08:06.377449+00	1010	supervisor	SUPERVISION	correct_event	{01a225ea-f4fa-74cd-a655-c8c80f6f8d4a}	{}	{}	01a225ea-fae6-7796-aad9-8b9c6fbb0e5c
16	2026-11-29 06:08:06.450545+00	1022	officer	KH-POI	crossings_bulk	{7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd,84fdcd01-3c63-5e33-9529-21b3b9f98d39,b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b,2d463614-3a68-5e71-a20e-8f6e37d08fcd,bfeea813-fc2a-5b60-b398-682eaf552852,7914fe8f-2381-5a0d-969a-1744f9a5d72e,ab96da7b-59f4-5fc0-9a28-cfb287fcd22f}	{}	{}	01a225ea-fb03-75b6-b193-da5eefd579d9
\.


--
-- Data for Name: builds; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.builds (projection, build, state, started_at, live_at) FROM stdin;
crossings	1	live	2026-11-29 06:07:57.458736+00	2026-11-29 06:07:57.458736+00
handovers	1	live	2026-11-29 06:07:57.509188+00	2026-11-29 06:07:57.509188+00
\.


--
-- Data for Name: dead_letters; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at) FROM stdin;
\.


--
-- Data for Name: discarded_letters; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.discarded_letters (reader, event_id, type, reason, discarded_by, discarded_at) FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.events ("position", tx, event_id, stream, version, type, occurred_at, recorded_at, appended_at, facts, person, handles, correlation_id, causation_id, traceparent) FROM stdin;
1	812	01a225ea-dfca-76b5-bf52-92cf68a0a91c	handover-01a225ea-dfca-76b5-bf52-92cf68a0a91c	1	domnaer.border.handover_announced.v1	2014-06-12 02:00:00+00	2026-11-29 06:07:59.434961+00	2026-11-29 06:07:59.44358+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"checkpoint":"KH-POI","handed_over_by":"THA","authority":"police","vehicle":"lorry","count_announced":7}	\N	[]	01a225ea-dfc8-773c-a459-046c2cb6d606	\N	00-01a225eadfc8773ca459046c2cb6d606-545ff0cfbda12131-00
2	820	01a225ea-e2bb-778a-8fe1-2e2825fdd7a7	crossing-01a225ea-e2bb-778a-8fe1-2e2825fdd7a7	1	domnaer.border.worker_departed.v1	2013-04-02 02:00:00+00	2026-11-29 06:08:00.187297+00	2026-11-29 06:08:00.188535+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-e2bb-778a-8fe1-2e2825fdd7a7","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}	["9b36f6c2bcd197cee417f9a8c5175323"]	01a225ea-e2bb-778a-8fe1-2e278b96e133	\N	00-01a225eae2bb778a8fe12e278b96e133-39efe0c6131ca2c2-00
3	829	01a225ea-e5a8-7498-a6c2-8c8f376e0638	handover-01a225ea-e5a8-7498-a6c2-8c8f376e0638	1	domnaer.border.handover_announced.v1	2014-06-12 02:00:00+00	2026-11-29 06:08:00.936818+00	2026-11-29 06:08:00.938097+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"checkpoint":"KH-POI","handed_over_by":"THA","authority":"immigration","vehicle":"lorry","count_announced":2}	\N	[]	01a225ea-e5a8-7498-a6c2-8c8eac7358fe	\N	00-01a225eae5a87498a6c28c8eac7358fe-1cc84dab0b3ccc60-00
4	831	01a225ea-e5ad-7096-892d-56f6a1058428	crossing-01a225ea-e5ad-7096-892d-56f6a1058428	1	domnaer.border.worker_deported.v1	2014-06-12 02:00:00+00	2026-11-29 06:08:00.941536+00	2026-11-29 06:08:00.942091+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"lorry","returned_from":"THA","authority":"immigration","handover_id":"01a225ea-e5a8-7498-a6c2-8c8f376e0638"}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}	["9b36f6c2bcd197cee417f9a8c5175323"]	01a225ea-e5ad-7096-892d-56f5c622a89a	\N	00-01a225eae5ad7096892d56f5c622a89a-b6247c900c1ccce0-00
5	835	01a225ea-e5b8-74a8-b68a-b43e539e9b6b	handover-01a225ea-e5a8-7498-a6c2-8c8f376e0638	2	domnaer.border.handover_counted.v1	2014-06-12 02:00:00+00	2026-11-29 06:08:00.953923+00	2026-11-29 06:08:00.954542+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"count_taken":2}	\N	[]	01a225ea-e5b0-76a5-93f3-5067a717dd69	\N	00-01a225eae5b076a593f35067a717dd69-543fa6b272c952be-00
6	904	01a225ea-f128-7037-8033-bf46d600689b	crossing-01a225ea-f128-7037-8033-bf46d600689b	1	domnaer.border.worker_departed.v1	2012-01-10 02:00:00+00	2012-01-11 02:00:00+00	2026-11-29 06:08:03.881545+00	{"recorded":{"by":"officer","office":"KH-POI","how":"paper","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-f128-7037-8033-bf46d600689b","documents":[{"kind":"passport","number":"N1000004","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["c5a49c0c4da8f3cab36c10c95cc5caea"]	01a225ea-f128-7037-8033-bf45a42b4917	\N	00-01a225eaf12870378033bf45a42b4917-1ee1c4b6f7ea0458-00
7	908	01a225ea-f12e-71bc-852a-9c10cada83ce	crossing-01a225ea-f12e-71bc-852a-9c10cada83ce	1	domnaer.border.worker_returned.v1	2013-01-10 02:00:00+00	2026-11-29 06:08:03.886022+00	2026-11-29 06:08:03.886381+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"visit_home"}	{"form":"clear","evidence_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	01a225ea-f12d-74e3-a883-8c72e8712ef7	\N	00-01a225eaf12d74e3a8838c72e8712ef7-722d2a019275e33b-00
8	931	01a225ea-f3e8-7542-b172-6c9d9572d7ca	crossing-01a225ea-f3e8-7542-b172-6c9d9572d7ca	1	domnaer.border.worker_departed.v1	2013-02-10 02:00:00+00	2026-11-29 06:08:04.584987+00	2026-11-29 06:08:04.585572+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport","passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-f3e8-7542-b172-6c9d9572d7ca","documents":[{"kind":"passport","number":"N1000004","issued_by":"KHM"},{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf","c5a49c0c4da8f3cab36c10c95cc5caea"]	01a225ea-f3e8-7542-b172-6c9c875b005f	\N	00-01a225eaf3e87542b1726c9c875b005f-a331f865c1d03eb0-00
9	932	01a225ea-f3ec-770a-bacd-d13eca53dead	crossing-01a225ea-f3ec-770a-bacd-d13eca53dead	1	domnaer.border.worker_returned.v1	2013-12-10 02:00:00+00	2026-11-29 06:08:04.588254+00	2026-11-29 06:08:04.58875+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"family"}	{"form":"clear","evidence_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	01a225ea-f3eb-70bb-9333-a6be81532c30	\N	00-01a225eaf3eb70bb9333a6be81532c30-8748207b225253fc-00
10	952	01a225ea-f414-71ea-be94-f2116fb384d1	crossing-01a225ea-f414-71ea-be94-f2116fb384d1	1	domnaer.border.worker_returned.v1	2013-09-21 02:00:00+00	2026-11-29 06:08:04.628067+00	2026-11-29 06:08:04.628523+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"illness_or_injury"}	{"form":"clear","evidence_id":"01a225ea-f414-71ea-be94-f2116fb384d1","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}	["e11be0b1b47b4b935c50720a95e59100"]	01a225ea-f413-74f9-b32a-f18c13e2fc69	\N	00-01a225eaf41374f9b32af18c13e2fc69-31b3a43b5b39babb-00
11	976	01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	1	domnaer.border.worker_departed.v1	2013-04-20 02:00:00+00	2026-11-29 06:08:04.858832+00	2026-11-29 06:08:04.859221+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","destination":"THA","purpose":"work"}	{"form":"clear","evidence_id":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f4fa-74cd-a655-c8c726c14c6b	\N	00-01a225eaf4fa74cda655c8c726c14c6b-a127ab95e773d516-00
12	977	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	1	domnaer.border.worker_returned.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.862216+00	2026-11-29 06:08:04.863836+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"contract_completed"}	{"form":"clear","evidence_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f4fd-765f-aed5-2571e08c169c	\N	00-01a225eaf4fd765faed52571e08c169c-6d3bd2cf0b3b7760-00
13	981	01a225ea-f503-7471-afb1-a5b9fcdfc898	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	1	domnaer.border.worker_returned.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.867822+00	2026-11-29 06:08:04.868223+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"contract_completed"}	{"form":"clear","evidence_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f503-7471-afb1-a5b8f28cc0de	\N	00-01a225eaf5037471afb1a5b8f28cc0de-1e22513e378de3e3-00
14	998	01a225ea-f821-74d5-bcab-7df2781546cf	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	2	domnaer.border.event_voided.v1	2026-11-29 06:08:05.665227+00	2026-11-29 06:08:05.665227+00	2026-11-29 06:08:05.666108+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"names":"01a225ea-f503-7471-afb1-a5b9fcdfc898","named_type":"domnaer.border.worker_returned.v1","first_recorded_at":"2026-11-29T06:08:04.867822Z","reason":"duplicate","formerly":["8c3a08f43fcf7a020c81c313bf307c8e"]}	\N	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f81f-722f-9993-e17d2bb3cf74	\N	00-01a225eaf81f722f9993e17d2bb3cf74-a7d61f15a7089bad-00
15	1010	01a225ea-fae8-72ec-ad04-ee4770d9d62a	crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	2	domnaer.border.event_corrected.v1	2013-04-10 02:00:00+00	2026-11-29 06:08:06.376832+00	2026-11-29 06:08:06.377394+00	{"recorded":{"by":"supervisor","office":"SUPERVISION","how":"live","precision":"second"},"names":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","named_type":"domnaer.border.worker_departed.v1","first_recorded_at":"2026-11-29T06:08:04.858832Z","reason":"wrong_time","formerly":["8c3a08f43fcf7a020c81c313bf307c8e"],"keeps_person":true,"restated":{"type":"domnaer.border.worker_departed.v1","facts":{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"bus","destination":"THA","purpose":"work"}}}	\N	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-fae6-7796-aad9-8b9c6fbb0e5c	\N	00-01a225eafae67796aad98b9c6fbb0e5c-61d1bdd3cdf9c94a-00
16	1022	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450356+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","documents":[{"kind":"passport","number":"N2000000","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SOPHY"},"relatives":[],"words":{}}	["b1022898c7441838a998c31a31687f41"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
17	1022	84fdcd01-3c63-5e33-9529-21b3b9f98d39	crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450389+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","documents":[{"kind":"passport","number":"N2000001","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO RITHY"},"relatives":[],"words":{}}	["c4fe448632b04d1083f3ff6826f2e339"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
18	1022	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450394+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","documents":[{"kind":"passport","number":"N2000002","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO THIDA"},"relatives":[],"words":{}}	["0a0c5c13d6d028c7e7af951cec60050a"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
19	1022	2d463614-3a68-5e71-a20e-8f6e37d08fcd	crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450397+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","documents":[{"kind":"passport","number":"N2000003","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO VICHET"},"relatives":[],"words":{}}	["9a0780e02a3d1bf8e40e83dc5a58c66c"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
20	1022	bfeea813-fc2a-5b60-b398-682eaf552852	crossing-bfeea813-fc2a-5b60-b398-682eaf552852	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450399+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"bfeea813-fc2a-5b60-b398-682eaf552852","documents":[{"kind":"passport","number":"N2000004","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO KOLAB"},"relatives":[],"words":{}}	["7e7d01aa1d874ed8725e6f3a3cd1c361"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
21	1022	7914fe8f-2381-5a0d-969a-1744f9a5d72e	crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450402+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","documents":[{"kind":"passport","number":"N2000006","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SAMBO"},"relatives":[],"words":{}}	["fdd8b07884408031cbf1970d2e3f1d33"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
22	1022	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	1	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	2026-11-29 06:08:06.450404+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","documents":[{"kind":"passport","number":"N2000007","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO NARY"},"relatives":[],"words":{}}	["77b23530ee900e26968a933ccdf44751"]	01a225ea-fb03-75b6-b193-da5eefd579d9	\N	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
\.


--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.idempotency (caller, key, digest, status, outcome, created_at) FROM stdin;
officer	upgrade-fixture-repeated	\\x5a5d11064cbd4257d77d6267af69772a	201	{"id":"01a225ea-dfca-76b5-bf52-92cf68a0a91c","stream":"handover-01a225ea-dfca-76b5-bf52-92cf68a0a91c","version":1,"events":["01a225ea-dfca-76b5-bf52-92cf68a0a91c"]}	2026-11-29 06:07:59.444027+00
officer	upgrade-fixture-6	\\xa0cbfe52bc80373b66a856cae95bff4d	201	{"id":"01a225ea-e2bb-778a-8fe1-2e2825fdd7a7","stream":"crossing-01a225ea-e2bb-778a-8fe1-2e2825fdd7a7","version":1,"events":["01a225ea-e2bb-778a-8fe1-2e2825fdd7a7"]}	2026-11-29 06:08:00.188579+00
officer	upgrade-fixture-11	\\x80b7742ce9a97246a79d05da67f02d6e	201	{"id":"01a225ea-e5a8-7498-a6c2-8c8f376e0638","stream":"handover-01a225ea-e5a8-7498-a6c2-8c8f376e0638","version":1,"events":["01a225ea-e5a8-7498-a6c2-8c8f376e0638"]}	2026-11-29 06:08:00.938147+00
officer	upgrade-fixture-12	\\xbcd6d1d432354921e99faea5bd3792cf	201	{"id":"01a225ea-e5ad-7096-892d-56f6a1058428","stream":"crossing-01a225ea-e5ad-7096-892d-56f6a1058428","version":1,"events":["01a225ea-e5ad-7096-892d-56f6a1058428"]}	2026-11-29 06:08:00.942139+00
officer	upgrade-fixture-13	\\x5d5acfcdc7b234959f552d080214cdcb	200	{"id":"01a225ea-e5a8-7498-a6c2-8c8f376e0638","stream":"handover-01a225ea-e5a8-7498-a6c2-8c8f376e0638","version":2,"events":["01a225ea-e5b8-74a8-b68a-b43e539e9b6b"]}	2026-11-29 06:08:00.954602+00
officer	upgrade-fixture-25	\\x8ac4efe7acf1b1713aae461133709353	201	{"id":"01a225ea-f128-7037-8033-bf46d600689b","stream":"crossing-01a225ea-f128-7037-8033-bf46d600689b","version":1,"events":["01a225ea-f128-7037-8033-bf46d600689b"]}	2026-11-29 06:08:03.881586+00
officer	upgrade-fixture-26	\\xfd47805aaac485041440d7c16c5f9a1a	201	{"id":"01a225ea-f12e-71bc-852a-9c10cada83ce","stream":"crossing-01a225ea-f12e-71bc-852a-9c10cada83ce","version":1,"events":["01a225ea-f12e-71bc-852a-9c10cada83ce"]}	2026-11-29 06:08:03.886414+00
officer	upgrade-fixture-29	\\xbc231a3b5a635410f09358ecae726447	201	{"id":"01a225ea-f3e8-7542-b172-6c9d9572d7ca","stream":"crossing-01a225ea-f3e8-7542-b172-6c9d9572d7ca","version":1,"events":["01a225ea-f3e8-7542-b172-6c9d9572d7ca"]}	2026-11-29 06:08:04.585614+00
officer	upgrade-fixture-30	\\x3a1ebab6902e7dd897d6e341b3018b17	201	{"id":"01a225ea-f3ec-770a-bacd-d13eca53dead","stream":"crossing-01a225ea-f3ec-770a-bacd-d13eca53dead","version":1,"events":["01a225ea-f3ec-770a-bacd-d13eca53dead"]}	2026-11-29 06:08:04.588788+00
officer	upgrade-fixture-36	\\xf11eac74255632a88e9eeffa1135b1f9	201	{"id":"01a225ea-f414-71ea-be94-f2116fb384d1","stream":"crossing-01a225ea-f414-71ea-be94-f2116fb384d1","version":1,"events":["01a225ea-f414-71ea-be94-f2116fb384d1"]}	2026-11-29 06:08:04.628581+00
officer	upgrade-fixture-39	\\x0ecf6b0c78435d51811cee040e2993fe	201	{"id":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","stream":"crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","version":1,"events":["01a225ea-f4fa-74cd-a655-c8c80f6f8d4a"]}	2026-11-29 06:08:04.859266+00
officer	upgrade-fixture-40	\\x0c1377277fbaa5061b0de78c932a2837	201	{"id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","stream":"crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","version":1,"events":["01a225ea-f4fe-76db-8c19-c4fe5c6eba9b"]}	2026-11-29 06:08:04.864213+00
officer	upgrade-fixture-41	\\x0c1377277fbaa5061b0de78c932a2837	201	{"id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","stream":"crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898","version":1,"events":["01a225ea-f503-7471-afb1-a5b9fcdfc898"]}	2026-11-29 06:08:04.868263+00
officer	upgrade-fixture-42	\\xa827f683c0d0a7156a1e7571cf340ff5	201	{"id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","stream":"crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898","version":2,"events":["01a225ea-f821-74d5-bcab-7df2781546cf"]}	2026-11-29 06:08:05.666163+00
supervisor	upgrade-fixture-44	\\xd4f7fc940442c490bb0c1be7f28fa78a	201	{"id":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","stream":"crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","version":2,"events":["01a225ea-fae8-72ec-ad04-ee4770d9d62a"]}	2026-11-29 06:08:06.377458+00
officer	upgrade-fixture-47	\\x4c4c44b56a30b43b1af7cec3c45247e4	200	{"upload_id":"01a225ea-fb03-75b6-b193-da5eefd579d9","rows":8,"taken":7,"already_known":0,"refused":1}	2026-11-29 06:08:06.451829+00
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.migrations (name, digest, applied_at) FROM stdin;
chassis.migrations/0001_record.sql	0ca27e7cd91052a910ac62867a6406f893dd4f42ac99444e9f81ea3e3547e00e	2026-11-29 06:07:57.37934+00
chassis.migrations/0002_outcomes.sql	e0f14b33f66aa93a16be8c575dd6182eddfddf9f172fc90184ec4161e3e89278	2026-11-29 06:07:57.40761+00
\.


--
-- Data for Name: offsets; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.offsets (reader, build, topic, partition, incarnation, next_offset, last_id) FROM stdin;
\.


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.relays (outlet, topic, incarnation, tx, "position", published, last) FROM stdin;
border.events	domnaer.border.v1	1	1022	22	22	{"1":[8,"84fdcd01-3c63-5e33-9529-21b3b9f98d39"],"3":[4,"bfeea813-fc2a-5b60-b398-682eaf552852"],"0":[4,"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f"],"2":[2,"7914fe8f-2381-5a0d-969a-1744f9a5d72e"]}
\.


--
-- Data for Name: upload_refusals; Type: TABLE DATA; Schema: public; Owner: border_owner
--

COPY public.upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at) FROM stdin;
01a225ea-fb03-75b6-b193-da5eefd579d9	6	checkpoint	KH-XXX	is not on the list; give a checkpoint code such as KH-POI for Poipet	officer	2026-11-30 06:08:06.450459+00
\.


--
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: border_owner
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 16, true);


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: border_owner
--

SELECT pg_catalog.setval('public.events_position_seq', 22, true);


--
-- Name: crossings crossings_pkey; Type: CONSTRAINT; Schema: crossings_1; Owner: border
--

ALTER TABLE ONLY crossings_1.crossings
    ADD CONSTRAINT crossings_pkey PRIMARY KEY (crossing_id);


--
-- Name: handovers handovers_pkey; Type: CONSTRAINT; Schema: handovers_1; Owner: border
--

ALTER TABLE ONLY handovers_1.handovers
    ADD CONSTRAINT handovers_pkey PRIMARY KEY (handover_id);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry_id);


--
-- Name: builds builds_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (projection, build);


--
-- Name: dead_letters dead_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (reader, build, event_id);


--
-- Name: discarded_letters discarded_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.discarded_letters
    ADD CONSTRAINT discarded_letters_pkey PRIMARY KEY (reader, event_id);


--
-- Name: events events_event_id; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_event_id UNIQUE (event_id);


--
-- Name: events events_stream_version; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version PRIMARY KEY (stream, version);


--
-- Name: idempotency idempotency_key; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_key PRIMARY KEY (caller, key);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: offsets offsets_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (reader, build, topic, partition);


--
-- Name: relays relays_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT relays_pkey PRIMARY KEY (outlet);


--
-- Name: upload_refusals upload_refusals_pkey; Type: CONSTRAINT; Schema: public; Owner: border_owner
--

ALTER TABLE ONLY public.upload_refusals
    ADD CONSTRAINT upload_refusals_pkey PRIMARY KEY (upload_id, row_number, field);


--
-- Name: crossings_by_post; Type: INDEX; Schema: crossings_1; Owner: border
--

CREATE INDEX crossings_by_post ON crossings_1.crossings USING btree (checkpoint, occurred_at, crossing_id);


--
-- Name: crossings_of_handover; Type: INDEX; Schema: crossings_1; Owner: border
--

CREATE INDEX crossings_of_handover ON crossings_1.crossings USING btree (handover_id) WHERE (handover_id IS NOT NULL);


--
-- Name: handovers_by_post; Type: INDEX; Schema: handovers_1; Owner: border
--

CREATE INDEX handovers_by_post ON handovers_1.handovers USING btree (checkpoint, announced_at);


--
-- Name: builds_one_live; Type: INDEX; Schema: public; Owner: border_owner
--

CREATE UNIQUE INDEX builds_one_live ON public.builds USING btree (projection) WHERE (state = 'live'::text);


--
-- Name: events_gate; Type: INDEX; Schema: public; Owner: border_owner
--

CREATE INDEX events_gate ON public.events USING btree (tx, "position");


--
-- Name: idempotency_created; Type: INDEX; Schema: public; Owner: border_owner
--

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);


--
-- Name: DATABASE border; Type: ACL; Schema: -; Owner: border_owner
--

GRANT CREATE,CONNECT ON DATABASE border TO border;


--
-- Name: FUNCTION hold_key(lock bigint); Type: ACL; Schema: public; Owner: border_owner
--

GRANT ALL ON FUNCTION public.hold_key(lock bigint) TO border;


--
-- Name: TABLE audit; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT ON TABLE public.audit TO border;


--
-- Name: TABLE builds; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.builds TO border;


--
-- Name: TABLE dead_letters; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO border;


--
-- Name: TABLE discarded_letters; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_letters TO border;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO border;


--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO border;


--
-- Name: TABLE offsets; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offsets TO border;


--
-- Name: TABLE relays; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.relays TO border;


--
-- Name: TABLE upload_refusals; Type: ACL; Schema: public; Owner: border_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.upload_refusals TO border;


--
-- PostgreSQL database dump complete
--

\unrestrict kZIyGjNLoPyLPvNN3886BD1ATiE4hZrz9Mr20MINGbAzvGCXWi8plWbNJsbRLXg

